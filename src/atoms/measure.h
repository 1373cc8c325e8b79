// SPDX-License-Identifier: GPL-3.0-or-later
// A run of measures under way: what measure.c drives, the other measure files fill, and measured.c
// keeps.
#ifndef AIRY_ATOMS_MEASURE_H
#define AIRY_ATOMS_MEASURE_H

#include "airy/atoms.h"
#include "tracks.h"
#include "structure.h"
#include "pairs.h"
#include "order.h"
#include "lags.h"

AIRY_MUST_CHECK airy_measured *airy_measure_run(const char *path,
                                                const airy_measure_options *options,
                                                const airy_progress *progress, airy_error *err);

enum { AIRY_MEASURED_TABLES = 2 * AIRY_MEASURES, AIRY_DENSITY_SIDE = 90 };

// Atoms of one type with one Voronoi index.
typedef struct airy_index_count {
    int type;
    uint32_t key; // faces with 3, 4, 5, 6 edges, 8 bits each
    long long count;
    double volume, square; // sums of what the volume is above `reference`, and of its square
} airy_index_count;

struct airy_measured {
    airy_measure_options own;
    const airy_measure_options *o; // own
    int types, frames, atoms;
    char name[AIRY_TYPES_MAX][AIRY_TYPE_ROOM];
    double first_ps, last_ps;
    airy_text doubts;
    airy_table summary, table[AIRY_MEASURED_TABLES];
    const char *table_name[AIRY_MEASURED_TABLES];
    int tables;
    // of frames one by one
    airy_pairs pairs;
    airy_atoms_structure structure;
    airy_order order;  // of the last frame
    airy_atoms last;   // its ids and types alone
    double *order_sum; // (types + 1, 2 n_l): sums of q_l, w^_l over atoms and frames, n_l of each
    double *order_n;   // and how many numbers
    airy_index_count *index;
    int n_index;
    double
        reference; // volume of an atom in the first frame: sums of small numbers keep their digits
    double density[AIRY_DENSITY_SIDE * AIRY_DENSITY_SIDE];
    airy_waves waves;
    double complex *rho;
    double *intensity;
    double speckle_sum, speckle_contrast;
    // of all frames
    airy_tracks tracks;
    airy_lags lags;
    double *string_from, *string_to; // 3 a fast atom
    int *string_taken, n_string;
    double string_lag_ps;
};

// One measure. frame looks at a frame, finish makes tables of it all; either may be NULL.
typedef struct airy_measure_row {
    bool moves; // keeps all frames
    airy_code (*frame)(airy_measured *m, const airy_atoms *atoms, airy_error *err);
    airy_code (*finish)(airy_measured *m, airy_error *err);
    const char *tables[2]; // that finish makes
} airy_measure_row;

extern const airy_measure_row airy_measure_gr, airy_measure_sq, airy_measure_order,
    airy_measure_voronoi, airy_measure_speckle, airy_measure_msd, airy_measure_isf,
    airy_measure_overlap, airy_measure_lindemann, airy_measure_vanhove, airy_measure_strings,
    airy_measure_waits;

// A new table; NULL when there is no memory.
airy_table *airy_measured_add(airy_measured *m, const char *name, const char *columns,
                              airy_error *err);

// A row of cells: "name" and value, ended by NULL; NaN is nan.
typedef struct airy_cell_of {
    const char *column, *text; // text NULL: the number
    double number;
} airy_cell_of;
AIRY_MUST_CHECK airy_code airy_measured_row(airy_table *table, const airy_cell_of *cells, int n,
                                            airy_error *err);

// "g_Cu_Zr" and so on behind the columns of all: one name for t and u as for u and t; and a cell of
// such a column in the last row.
void airy_measured_pair_columns(const airy_measured *m, const char *prefix, airy_text *columns);
AIRY_MUST_CHECK airy_code airy_measured_put_pair(const airy_measured *m, airy_table *table,
                                                 const char *prefix, const int type[2],
                                                 double value, airy_error *err);

// So many bins as a whole number of one to a million; else AIRY_EVALUE names the option that sets
// their width.
AIRY_MUST_CHECK airy_code airy_measured_bins(double n, const char *option, int *bins,
                                             airy_error *err);

// A line of the summary; type -1: of all, or of none.
typedef struct airy_told {
    const char *measure, *quantity, *unit;
    int type;
    double value, error;
} airy_told;
AIRY_MUST_CHECK airy_code airy_measured_tell(airy_measured *m, const airy_told *told,
                                             airy_error *err);

// "all" for 0, the name of type - 1 above.
const char *airy_measured_type(const airy_measured *m, int type);

// Name of table i of those that the measures wanted will make; NULL behind the last.
const char *airy_measure_table(const airy_measure_options *options, int i);

// Table number i of those there are, named "msd", "diffusion", "gr" ...; NULL behind the last.
// Borrowed.
const airy_table *airy_measured_table(const airy_measured *measured, int i, const char **name);

// Puts every table as /entry/NAME/COLUMN, numbers as float64 and words as one text with a line a
// row; of order also /entry/order/density, atoms by q4 (columns) and w^6 (rows), with the limits
// of both; of strings /entry/strings/{from,to}, places of the fast at the lag of the largest
// excess over chance, and /entry/strings/{taken,box}.
airy_code airy_measured_put(const airy_measured *measured, airy_h5 *h5, airy_error *err);

// Sentences on what should be doubted, a line each; "" for none.
const char *airy_measured_doubts(const airy_measured *measured);

#endif
