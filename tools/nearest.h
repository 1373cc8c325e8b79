// SPDX-License-Identifier: GPL-3.0-or-later
// Which known word a mistyped one may have meant.
#ifndef AIRY_TOOLS_NEAREST_H
#define AIRY_TOOLS_NEAREST_H

// Letters to be put in, left out, changed or swapped with the next one to make b of a (the distance
// of Damerau and Levenshtein with swaps of neighbours alone); words of at most 63 letters.
int nearest_distance(const char *a, const char *b);

// Keeps the candidate when it is nearer to the word than *best (NULL: none yet) and near enough: a
// third of its letters, at least one. Ties keep the first.
void nearest_try(const char *word, const char *candidate, const char **best);

#endif
