// SPDX-License-Identifier: GPL-3.0-or-later
// The truth of a series as tables: shots like shots.tsv, stages like kinetics.tsv.
#include "shot.h"
#include "simulate/truth.h"

#include "base/units.h"
#include "kinetics/kinetics.h"
#include "particles.h"

#include <math.h>
#include <stdio.h>

enum { STAGES = AIRY_STAGES_MOST };

static const char *const models[STAGES] = {"segments-0", "segments-1", "segments-2"};

static void put_bands(const airy_phantom *phantom, airy_shot_row *row)
{
    double inside = 0;
    row->band_length_nm = row->n_branches = 0;
    for (int i = 0; i < phantom->n; i++) {
        const airy_feature *f = &phantom->feature[i];
        double dx = f->x1 - f->x0, dy = f->y1 - f->y0, length = hypot(dx, dy);
        if (f->depth <= 0 || length <= 0)
            continue;
        double angle = AIRY_DEGREES(atan2(fabs(dy), fabs(dx)));
        row->n_branches++;
        row->band_length_nm += length;
        inside += angle >= 20 && angle <= 40 ? length : 0;
    }
    row->fraction_20_40 = row->n_branches ? inside / row->band_length_nm : (double)NAN;
}

static void put_radii(double par, double perp, airy_shot_row *row)
{
    row->r_par_nm = row->rim_par_nm = par;
    row->r_perp_nm = row->rim_perp_nm = perp;
    row->r_par_err_nm = row->r_perp_err_nm = row->rim_par_err_nm = row->rim_perp_err_nm = 0;
    row->apart_nm = row->aspect_err = 0;
    row->aspect = par / perp;
}

void airy_truth_shot(const airy_simulation *simulation, const airy_shot *shot, int number,
                     airy_shot_row *row)
{
    airy_shot_unknown(row);
    row->shot = number;
    row->delay_ps = shot->delay_ps;
    row->gate = !(airy_simulation_second(simulation, number).share > 0);
    row->photons = airy_stats_sum(shot->photons.px, shot->photons.ny * shot->photons.nx);
    put_radii(shot->phantom.radius_par_nm, shot->phantom.radius_perp_nm, row);
    airy_phantom_areas(&shot->phantom, &row->a_total_nm2, &row->a_low_nm2);
    row->low_fraction = row->a_low_nm2 / row->a_total_nm2;
    put_bands(&shot->phantom, row);
}

// ------------------------------------------------------------------ kinetics

// What all rows of one quantity are made from.
typedef struct source {
    const airy_simulation *simulation;
    const airy_shot_row *rows;
    int n;
    const airy_quantity *quantity;
} source;

static airy_code add(airy_kinetics *out, const airy_row_name *name, const char *parameter,
                     double value, airy_error *err)
{
    return airy_kinetics_add(out, name, parameter, (double[]){value, NAN, NAN}, err);
}

// Kinetics count negative delays as 0.
static double time_of(double delay_ps)
{
    return fmax(0, delay_ps);
}

// A quantity at a time: of the particle of mean size where that has it, else the mean over shots.
static double mean_at(const source *from, double time_ps)
{
    airy_shot_row nominal;
    double par, perp, sum = 0;
    int count = 0;
    airy_shot_unknown(&nominal);
    airy_particles_radii(&from->simulation->particles, time_ps, &par, &perp);
    put_radii(par, perp, &nominal);
    if (isfinite(from->quantity->value(&nominal)))
        return from->quantity->value(&nominal);
    for (int i = 0; i < from->n; i++) {
        double value = from->quantity->value(&from->rows[i]);
        if (time_of(from->rows[i].delay_ps) == time_ps && isfinite(value)) {
            sum += value;
            count++;
        }
    }
    return count ? sum / count : (double)NAN;
}

// Pieces of a radius: exact for the one that grows in straight lines, else from corner to corner.
static airy_code add_pieces(const source *from, const double *corner, int pieces,
                            airy_kinetics *out, airy_error *err)
{
    const char *model = models[pieces - 1];
    const airy_row_name sizes = {from->quantity->name, model, from->quantity->unit},
                        times = {from->quantity->name, model, "ps"},
                        rates = {from->quantity->name, model, from->quantity->rate_unit},
                        best = {from->quantity->name, "best", "1"};
    double at[STAGES + 1];
    for (int k = 0; k <= pieces; k++)
        at[k] = mean_at(from, corner[k]);
    // one piece is the least, NOLINTNEXTLINE(*CallAndMessage)
    airy_code code = add(out, &sizes, "offset", at[0], err);
    for (int k = 1; code == AIRY_OK && k <= pieces; k++) {
        char parameter[24];
        snprintf(parameter, sizeof parameter, "rate_%d", k);
        code = add(out, &rates, parameter, (at[k] - at[k - 1]) / (corner[k] - corner[k - 1]), err);
        snprintf(parameter, sizeof parameter, "break_%d", k);
        if (code == AIRY_OK && k < pieces)
            code = add(out, &times, parameter, corner[k], err);
    }
    return code == AIRY_OK ? add(out, &best, "breaks", pieces - 1, err) : code;
}

// Stage I as c0 + c1 t + c2 t^2, through its beginning, middle and end.
static airy_code add_parabola(const source *from, double end, airy_kinetics *out, airy_error *err)
{
    const airy_row_name sizes = {from->quantity->name, "parabola", from->quantity->unit},
                        rates = {from->quantity->name, "parabola", from->quantity->rate_unit},
                        bends = {from->quantity->name, "parabola", "nm/ps2"};
    double at[STAGES];
    for (int k = 0; k < STAGES; k++)
        at[k] = mean_at(from, k * end / 2);
    double bend = 2 * (at[0] - 2 * at[1] + at[2]) / (end * end);
    airy_code code = add(out, &sizes, "offset", at[0], err);
    if (code == AIRY_OK)
        code = add(out, &rates, "rate", (at[2] - at[0]) / end - bend * end, err);
    return code == AIRY_OK ? add(out, &bends, "quadratic", bend, err) : code;
}

// The mean at each delay.
static airy_code add_delays(const source *from, airy_kinetics *out, airy_error *err)
{
    const airy_row_name name = {from->quantity->name, "delay", from->quantity->unit};
    airy_code code = AIRY_OK;
    for (int i = 0; code == AIRY_OK && i < from->simulation->n_delays; i++) {
        char parameter[24];
        double t = time_of(from->simulation->delays_ps[i]);
        snprintf(parameter, sizeof parameter, "%.4g ps", t);
        if (!airy_kinetics_find(out, name.quantity, name.model, parameter))
            code = add(out, &name, parameter, mean_at(from, t), err);
    }
    return code;
}

// Means over the delays inside each stage, its ends left out, and the steps between them.
static airy_code add_stages(const source *from, const double corner[STAGES + 1], airy_kinetics *out,
                            airy_error *err)
{
    static const char *const names[] = {"I", "II", "III"}, *const steps[] = {"II - I", "III - II"};
    const airy_row_name name = {from->quantity->name, "stage", from->quantity->unit};
    double before = NAN;
    airy_code code = AIRY_OK;
    for (int k = 0; code == AIRY_OK && k < STAGES; k++) {
        double sum = 0, count = 0;
        for (int i = 0; i < from->simulation->n_delays; i++) {
            double t = from->simulation->delays_ps[i];
            bool inside = t > corner[k] && (t < corner[k + 1] || k == STAGES - 1);
            double mean = inside ? mean_at(from, t) : (double)NAN;
            sum += isfinite(mean) ? mean : 0;
            count += isfinite(mean);
        }
        if (count > 0)
            code = add(out, &name, names[k], sum / count, err);
        // what is before is of an earlier stage
        if (code == AIRY_OK && count > 0 && isfinite(before)) // NOLINTNEXTLINE(*CallAndMessage)
            code = add(out, &name, steps[k - 1], sum / count - before, err);
        before = sum / count;
    }
    return code;
}

airy_code airy_truth_kinetics(const airy_simulation *simulation, const airy_shot_row *rows, int n,
                              airy_table *table, airy_error *err)
{
    double corner[STAGES + 1] = {0};
    int quantities;
    const airy_quantity *quantity = airy_quantities(&quantities);
    airy_kinetics out = {0};
    airy_code code = AIRY_OK;
    const int stages = airy_particles_stages(&simulation->particles, corner + 1);
    for (int q = 0; code == AIRY_OK && q < quantities; q++) {
        const source from = {simulation, rows, n, &quantity[q]};
        bool sized = isfinite(mean_at(&(source){simulation, NULL, 0, &quantity[q]}, 0));
        code = add_delays(&from, &out, err);
        if (code == AIRY_OK && quantity[q].is & AIRY_IS_FITTED && sized)
            code = add_pieces(&from, corner, stages, &out, err);
        if (code == AIRY_OK && stages == STAGES && quantity[q].is & AIRY_IS_RADIUS)
            code = add_parabola(&from, corner[1], &out, err);
        if (code == AIRY_OK && stages == STAGES &&
            !(quantity[q].is & (AIRY_IS_FITTED | AIRY_IS_RADIUS)))
            code = add_stages(&from, corner, &out, err);
    }
    if (code == AIRY_OK)
        code = airy_kinetics_to_table(&out, table, err);
    airy_kinetics_release(&out);
    return code;
}
