// SPDX-License-Identifier: GPL-3.0-or-later
// Order around atoms: the table of lattices, rotation, Voronoi cells that fill the box, other
// people's values of liquids, crystals and a glass.
#include "airy/atoms.h"
#include "airy/simulate.h"
#include "simulate/lattice.h"
#include "atoms/box.h"
#include "atoms/near.h"
#include "atoms/order.h"
#include "atoms/voronoi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void lattice_of(airy_lattice_kind kind, int cells, airy_atoms *atoms)
{
    airy_lattice lattice;
    airy_error err = {0};
    airy_lattice_defaults(&lattice);
    lattice.kind = kind;
    lattice.cells = cells;
    if (airy_lattice_make(&lattice, atoms, &err) != AIRY_OK)
        fail_msg("%s", err.message);
}

static airy_order order_of(const airy_atoms *atoms, const airy_order_options *options)
{
    airy_order order = {0};
    airy_error err = {0};
    if (airy_order_find(atoms, options, &order, &err) != AIRY_OK)
        fail_msg("%s", err.message);
    return order;
}

static void assert_close(const char *what, double found, double wanted, double within)
{
    if (isnan(wanted) ? !isnan(found) : !(fabs(found - wanted) <= within))
        fail_msg("%s is %.10g, wanted %.10g within %g", what, found, wanted, within);
}

// Steinhardt's table to 1e-6 (values of seven digits), nearest neighbours by cutoff.
static void lattices_have_their_known_order(void **state)
{
    (void)state;
    for (int kind = AIRY_LATTICE_FCC; kind <= AIRY_LATTICE_ICOSAHEDRON; kind++) {
        const airy_lattice_truth *known = airy_lattice_known((airy_lattice_kind)kind);
        airy_atoms atoms;
        airy_order_options o;
        airy_order_options_defaults(&o);
        o.cutoff = 1.05 * 2.8;
        lattice_of((airy_lattice_kind)kind, 3, &atoms);
        airy_order order = order_of(&atoms, &o);
        int last = kind == AIRY_LATTICE_ICOSAHEDRON ? 1 : atoms.n;
        for (int i = 0; i < last; i++) {
            assert_int_equal(order.neighbours[i], known->neighbours);
            assert_close(known->name, order.q[2 * i], known->q4, 1e-6);
            assert_close(known->name, order.q[2 * i + 1], known->q6, 1e-6);
            assert_close(known->name, order.w_hat[2 * i], known->w4_hat, 1e-6);
            assert_close(known->name, order.w_hat[2 * i + 1], known->w6_hat, 1e-6);
        }
        airy_order_release(&order);
        airy_atoms_release(&atoms);
    }
}

// Cells of perfect lattices, and bcc with its 14 faces, alike and weighted (the seven digits
// again).
static void cells_of_lattices_are_known(void **state)
{
    (void)state;
    static const struct {
        airy_lattice_kind kind;
        const char *index;
        int faces;
    } rows[] = {{AIRY_LATTICE_FCC, "<0,12,0,0>", 12},
                {AIRY_LATTICE_HCP, "<0,12,0,0>", 12},
                {AIRY_LATTICE_BCC, "<0,6,0,8>", 14},
                {AIRY_LATTICE_SC, "<0,6,0,0>", 6},
                {AIRY_LATTICE_ICOSAHEDRON, "<0,0,12,0>", 12}};
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        const airy_lattice_truth *known = airy_lattice_known(rows[r].kind);
        airy_atoms atoms;
        airy_order_options o;
        char index[48];
        airy_order_options_defaults(&o);
        lattice_of(rows[r].kind, 2, &atoms);
        airy_order order = order_of(&atoms, &o);
        int last = rows[r].kind == AIRY_LATTICE_ICOSAHEDRON ? 1 : atoms.n;
        for (int i = 0; i < last; i++) {
            airy_order_index(order.faces[i], index);
            assert_string_equal(index, rows[r].index);
            assert_int_equal(order.neighbours[i], rows[r].faces);
            // the dodecahedron's volume is known to seven digits, the others exactly
            assert_close(known->name, order.volume[i], known->volume * 2.8 * 2.8 * 2.8,
                         last == 1 ? 2e-6 : 1e-10);
        }
        airy_order_release(&order);
        airy_atoms_release(&atoms);
    }
}

static void bcc_weighted_by_faces(void **state)
{
    (void)state;
    static const double wanted[2][4] = {{0.0363696, 0.1593174, 0.5106882, 0.0131606},
                                        {0.2240253, -0.1593174, 0.5669400, 0.0131606}};
    airy_atoms atoms;
    lattice_of(AIRY_LATTICE_BCC, 3, &atoms);
    for (int weighted = 0; weighted < 2; weighted++) {
        airy_order_options o;
        airy_order_options_defaults(&o);
        o.weight_area = weighted;
        airy_order order = order_of(&atoms, &o);
        assert_close("q4", order.q[0], wanted[weighted][0], 1e-6);
        assert_close("w4", order.w_hat[0], wanted[weighted][1], 1e-6);
        assert_close("q6", order.q[1], wanted[weighted][2], 1e-6);
        assert_close("w6", order.w_hat[1], wanted[weighted][3], 1e-6);
        airy_order_release(&order);
    }
    airy_atoms_release(&atoms);
}

// A noisy lattice turned about: every l to 1e-12, though its box is oblique to the axes.
static void rotation_changes_nothing(void **state)
{
    (void)state;
    airy_lattice lattice;
    airy_order_options o;
    airy_order order[2];
    airy_lattice_defaults(&lattice);
    airy_order_options_defaults(&o);
    lattice.cells = 3, lattice.noise = 0.2, lattice.seed = 5, lattice.vacancies = 0.05;
    o.n_l = 0;
    for (int l = AIRY_ORDER_LEAST; l <= AIRY_ORDER_MOST; l++)
        o.l[o.n_l++] = l;
    o.averaged = true;
    for (int turned = 0; turned < 2; turned++) {
        airy_atoms atoms;
        airy_error err = {0};
        lattice.rotated = turned;
        if (airy_lattice_make(&lattice, &atoms, &err) != AIRY_OK)
            fail_msg("%s", err.message);
        order[turned] = order_of(&atoms, &o);
        airy_atoms_release(&atoms);
    }
    for (int i = 0; i < order[0].n * o.n_l; i++) {
        assert_close("q", order[1].q[i], order[0].q[i], 1e-12);
        if (o.l[i % o.n_l] % 2 == 0 && order[0].q[i] > 0.01)
            assert_close("w", order[1].w_hat[i], order[0].w_hat[i], 1e-10);
    }
    for (int i = 0; i < order[0].n; i++)
        assert_close("volume", order[1].volume[i], order[0].volume[i], 1e-11);
    airy_order_release(&order[0]);
    airy_order_release(&order[1]);
}

// An ideal gas in an oblique box: cells fill it to 1e-10, and Euler holds for each.
static void cells_fill_the_box(void **state)
{
    (void)state;
    airy_atoms atoms;
    airy_random random;
    airy_error err = {0};
    assert_int_equal(airy_atoms_init(&atoms, 500, &err), AIRY_OK);
    atoms.box =
        (airy_atom_box){.a = {{9, 0, 0}, {3, 8, 0}, {-2, 4, 7}}, .periodic = {true, true, true}};
    assert_int_equal(airy_atom_box_complete(&atoms.box, &err), AIRY_OK);
    airy_random_init(&random, 3, 0, 0, 0);
    for (int i = 0; i < atoms.n; i++) {
        double s[3] = {airy_random_uniform(&random), airy_random_uniform(&random),
                       airy_random_uniform(&random)};
        airy_atom_box_position(&atoms.box, s, atoms.r + 3 * i);
    }
    airy_near_list *list = airy_near_list_new(&atoms.box, atoms.r, atoms.n, 2, &err);
    airy_voronoi *voronoi = airy_voronoi_new(&atoms.box, list, 0, &err);
    double volume = 0;
    for (int i = 0; i < atoms.n; i++) {
        airy_voronoi_cell cell;
        assert_int_equal(airy_voronoi_find(voronoi, atoms.r + 3 * i, &cell, &err), AIRY_OK);
        assert_int_equal(cell.vertices - cell.edges + cell.n, 2);
        volume += cell.volume;
    }
    assert_close("sum of volumes", volume / atoms.box.volume, 1, 1e-10);
    airy_voronoi_free(voronoi);
    airy_near_list_free(list);
    airy_atoms_release(&atoms);
}

// Every pair within a reach, images of small and oblique boxes too, against the plain loop.
static void searches_miss_no_image(void **state)
{
    (void)state;
    airy_error err = {0};
    airy_atom_box box = {.a = {{3, 0, 0}, {1.4, 2.5, 0}, {-0.7, 0.9, 4}},
                         .periodic = {true, true, false}};
    assert_int_equal(airy_atom_box_complete(&box, &err), AIRY_OK);
    double r[15];
    airy_random random;
    airy_random_init(&random, 9, 0, 0, 0);
    for (int i = 0; i < 5; i++) {
        double s[3] = {3 * airy_random_uniform(&random) - 1, airy_random_uniform(&random),
                       airy_random_uniform(&random)};
        airy_atom_box_position(&box, s, r + 3 * i);
    }
    for (double reach = 0.5; reach < 9; reach *= 1.7) {
        airy_near_list *list = airy_near_list_new(&box, r, 5, reach, &err);
        airy_near_found found = {0};
        for (int i = 0; i < 5; i++) {
            int wanted = 0;
            assert_int_equal(airy_near_find(list, r + 3 * i, reach, &found, &err), AIRY_OK);
            for (int j = 0; j < 5; j++)
                for (int u = -9; u <= 9; u++)
                    for (int v = -9; v <= 9; v++) {
                        double square = 0;
                        for (int x = 0; x < 3; x++) {
                            double d =
                                r[3 * j + x] - r[3 * i + x] + u * box.a[0][x] + v * box.a[1][x];
                            square += d * d;
                        }
                        wanted += square <= reach * reach;
                    }
            assert_int_equal(found.n, wanted);
        }
        airy_near_found_release(&found);
        airy_near_list_free(list);
    }
}

static void threads_change_nothing(void **state)
{
    (void)state;
    airy_lattice lattice;
    airy_atoms atoms;
    airy_order_options o;
    airy_error err = {0};
    airy_lattice_defaults(&lattice);
    airy_order_options_defaults(&o);
    lattice.cells = 5, lattice.noise = 0.3;
    assert_int_equal(airy_lattice_make(&lattice, &atoms, &err), AIRY_OK);
    o.averaged = true;
    o.threads = 1;
    airy_order one = order_of(&atoms, &o);
    o.threads = 3;
    airy_order three = order_of(&atoms, &o);
    assert_memory_equal(one.q, three.q, (size_t)one.n * 2 * sizeof *one.q);
    assert_memory_equal(one.w_hat, three.w_hat, (size_t)one.n * 2 * sizeof *one.q);
    assert_memory_equal(one.faces, three.faces, (size_t)one.n * sizeof *one.faces);
    airy_order_release(&one);
    airy_order_release(&three);
    airy_atoms_release(&atoms);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    airy_atoms atoms;
    airy_order_options o;
    airy_order order;
    airy_error err = {0};
    airy_order_options_defaults(&o);
    lattice_of(AIRY_LATTICE_SC, 2, &atoms);
    memcpy(atoms.r, atoms.r + 3, 3 * sizeof *atoms.r);
    assert_int_equal(airy_order_find(&atoms, &o, &order, &err), AIRY_EVALUE);
    assert_non_null(strstr(err.message, "one place"));
    atoms.r[0] = NAN;
    assert_int_equal(airy_order_find(&atoms, &o, &order, &err), AIRY_EVALUE);
    o.cutoff = 3, o.weight_area = true;
    assert_int_equal(airy_order_find(&atoms, &o, &order, &err), AIRY_EARGUMENT);
    airy_atoms_release(&atoms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lattices_have_their_known_order),
        cmocka_unit_test(cells_of_lattices_are_known),
        cmocka_unit_test(bcc_weighted_by_faces),
        cmocka_unit_test(rotation_changes_nothing),
        cmocka_unit_test(cells_fill_the_box),
        cmocka_unit_test(searches_miss_no_image),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(what_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
