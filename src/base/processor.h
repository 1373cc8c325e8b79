// SPDX-License-Identifier: GPL-3.0-or-later
// Flat loops compiled for several processors, the fastest chosen when the program starts.
//
// Without contraction (-ffp-contract=off) and with the sums of every element in the order of the
// source, wider vectors give the same bytes.
#ifndef AIRY_BASE_PROCESSOR_H
#define AIRY_BASE_PROCESSOR_H

#if defined __x86_64__ && defined __GNUC__ && !defined __clang__ && !defined __AVX2__
#define AIRY_EVERY_PROCESSOR __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define AIRY_EVERY_PROCESSOR
#endif

#endif
