// SPDX-License-Identifier: GPL-3.0-or-later
// Of html.c, for the room and its tests.
#ifndef AIRY_REPORT_HTML_H
#define AIRY_REPORT_HTML_H

#include "airy/report.h"

// A self-contained page that grows: no scripts, no links to other files. Zero-initialise or init.
typedef struct airy_page {
    airy_text title, contents, body;
    airy_text beside; // what leads from the page to the folder it is about, "" or ending in /
    int sections, sliders;
    const char *path; // where it will be written, beside which pictures are drawn on the way
    const char *box;  // class of the box that the next picture stands in, too; NULL: none is open
    int refresh_s;    // a browser reads the page again after so long; 0: never
} airy_page;

// An empty page; the title is escaped.
void airy_page_init(airy_page *page, const char *title);
void airy_page_release(airy_page *page);

// A heading with an entry in the table of contents; one without; a paragraph (both at most 2047
// bytes); text in a fixed-width face; the same folded away under a summary; lines "name = value" in
// columns. All escape markup.
void airy_page_section(airy_page *page, const char *title);
void airy_page_heading(airy_page *page, const char *format, ...) AIRY_PRINTF(2, 3);
void airy_page_paragraph(airy_page *page, const char *format, ...) AIRY_PRINTF(2, 3);
void airy_page_verbatim(airy_page *page, const char *text);
void airy_page_folded(airy_page *page, const char *summary, const char *text);
void airy_page_values(airy_page *page, const char *lines);

// A link to a file of the folder, by its name there.
void airy_page_link(airy_page *page, const char *name);

// A PNG or SVG file inlined, with a caption and a link to it by its name in the folder. AIRY_EIO
// when it cannot be read.
AIRY_MUST_CHECK airy_code airy_page_picture(airy_page *page, const char *path, const char *name,
                                            const char *caption, airy_error *err);

// One number in large letters, and in small ones what it is and how sure. All texts are escaped.
typedef struct airy_card {
    char value[48], label[128], note[160];
} airy_card;

// The page's first words: what was found in a sentence, and numbers beside each other.
void airy_page_verdict(airy_page *page, const char *sentence, const airy_card *cards, int n);

// What folds away until somebody wants it; not within itself.
void airy_page_fold_begin(airy_page *page, const char *summary);
void airy_page_fold_end(airy_page *page);

// A slider, worked by mouse or arrow keys without a script: of n slides one is seen, all on paper.
// What is put between begin and end belongs to slide i.
void airy_page_slider_begin(airy_page *page, const char *const *names, int n);
void airy_page_slide_begin(airy_page *page);
void airy_page_slide_end(airy_page *page);
void airy_page_slider_end(airy_page *page);

// A small picture in a row of some; index NULL: there is none.
typedef struct airy_tile {
    const char *name; // said to those who cannot see it
    airy_indexed picture;
} airy_tile;

// n tiles side by side with a caption, and words in red behind it ("": none).
AIRY_MUST_CHECK airy_code airy_page_tiles(airy_page *page, const airy_tile *tiles, int n,
                                          const char *caption, const char *marked, airy_error *err);

// A single one of them in a row of up to four.
AIRY_MUST_CHECK airy_code airy_page_tile(airy_page *page, const airy_tile *tile,
                                         const char *caption, airy_error *err);

// A sentence that nobody can overlook; links to files beside the page (ended by NULL); a strip.
void airy_page_alarm(airy_page *page, const char *sentence);
void airy_page_links(airy_page *page, const char *const *names);
void airy_page_strip(airy_page *page, const airy_strip *strip);

// n tiles in one row, each under its name, over a bar of the colours that all share, whose ends
// are named, and a caption.
AIRY_MUST_CHECK airy_code airy_page_row(airy_page *page, const airy_tile *tiles, int n,
                                        const airy_colormap *map, const char *const ends[2],
                                        const char *caption, airy_error *err);

// A table under a summary that folds it, at first if rows is negative; at most |rows| rows; numbers
// to five digits, "nan" as a dash. marked: cells (rows * columns) on red, or NULL.
void airy_page_cells(airy_page *page, const airy_table *table, const char *caption, int rows,
                     const bool *marked);

// Writes the whole page under its name when complete.
AIRY_MUST_CHECK airy_code airy_page_write(airy_page *page, const char *path, bool overwrite,
                                          airy_error *err);

#endif
