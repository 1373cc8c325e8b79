// SPDX-License-Identifier: GPL-3.0-or-later
// The model as a step: run once and looked at, or held against data at several frictions.
#include "airy/bandmodel.h"
#include "table.h"
#include "friction.h"

struct work {
    const airy_call *call;
    const airy_montecarlo_step *step;
    airy_montecarlo_options options;
    airy_formed_options how;
    airy_montecarlo model;
    airy_population *formed; // by snapshot
    airy_members data;
    airy_judged judged[AIRY_FRICTIONS_MAX];
    airy_table table;
};

void airy_montecarlo_step_defaults(airy_montecarlo_step *step)
{
    *step = (airy_montecarlo_step){.frictions = 0};
    airy_montecarlo_options_defaults(&step->model);
    airy_formed_options_defaults(&step->how);
}

static airy_code check(const void *of, airy_error *err)
{
    const airy_montecarlo_step *step = of;
    const double *f = step->friction_deg;
    for (int i = 0; i < step->frictions && step->model.model == AIRY_MODEL_SLIPS; i++)
        if (!(f[i] >= 0 && f[i] <= 60) || (i > 0 && f[i] <= f[i - 1]))
            return airy_error_set(err, AIRY_EARGUMENT,
                                  "--frictions: angles from 0 to 60 are wanted, ascending");
    if (step->frictions && step->angles)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "--angles goes with one run of the model, not with data or "
                              "--frictions");
    return AIRY_OK;
}

const airy_option airy_montecarlo_step_rows[] = {
    AIRY_OPTIONS_WITHIN(airy_montecarlo_step, model, airy_montecarlo_rows),
    AIRY_OPTION(airy_montecarlo_step, how.section, "section",
                .help = "measure bands in the section; --no-section: in the projection"),
    AIRY_OPTION(airy_montecarlo_step, how.blur_nm, "blur", .low = 0, .high = 1e4, .unit = "nm",
                .help = "standard deviation of the images' blur"),
    AIRY_OPTION(airy_montecarlo_step, angles, "angles", .unit = "FILE",
                .help = "angles of the bands as a table, beside even directions"),
    {.check = check},
};

static airy_code write_angles(const struct work *work, airy_error *err)
{
    airy_table angles = {0};
    airy_code code = airy_populations_to_angles(work->formed, work->model.snapshots, &angles, err);
    if (!code)
        code = airy_table_write_under(work->step->angles, &angles, &work->table.history,
                                      work->call->overwrite, err);
    airy_table_release(&angles);
    return code;
}

static airy_code look(struct work *work, airy_error *err)
{
    int n = work->model.snapshots;
    airy_code code = AIRY_OK;
    work->formed = airy_memory_new((size_t)n, sizeof *work->formed);
    if (!work->formed)
        return airy_error_set(err, AIRY_EMEMORY, "no memory for %d snapshots", n);
    for (int s = 0; !code && s < n; s++)
        code = airy_montecarlo_formed(&work->model, s, &work->how, &work->formed[s], err);
    if (!code)
        code = airy_montecarlo_to_table(&work->model, work->formed, &work->table, err);
    return code ? code : airy_call_record(work->call, NULL, NULL, &work->table.history, err);
}

static airy_code watch(struct work *work, airy_error *err)
{
    airy_code code = airy_montecarlo_run(&work->options, work->call->progress, &work->model, err);
    return code ? code : look(work, err);
}

// ------------------------------------------------------------------ against data

static airy_code read_data(struct work *work, airy_error *err)
{
    airy_code code = AIRY_OK;
    for (int i = 0; !code && i < work->call->n_inputs; i++) {
        airy_table table = {0};
        code = airy_table_read(work->call->inputs[i], &table, err);
        if (!code)
            code = airy_members_add_table(&work->data, &table, err);
        if (code)
            airy_error_prefix(err, "%s", work->call->inputs[i]);
        airy_table_release(&table);
    }
    if (!code && work->data.members && !work->data.first[work->data.members])
        code = airy_error_set(err, AIRY_EVALUE,
                              "there is not one branch in these tables, so nothing to compare: "
                              "give those of particles in which `airy bands` found bands");
    return code;
}

static airy_code judge(struct work *work, int n, airy_error *err)
{
    airy_code code = read_data(work, err);
    const airy_judge judge = {work->options, work->how, work->data.members ? &work->data : NULL,
                              work->step->friction_deg, n};
    if (!code)
        code = airy_judge_run(&judge, work->call->progress, work->judged, &work->model, err);
    if (!code)
        code = airy_judged_to_table(work->judged, n, &work->table, err);
    return code ? code : airy_call_record(work->call, NULL, NULL, &work->table.history, err);
}

// The friction that the data imply.
static airy_friction find_friction(const struct work *work)
{
    airy_agreement of[AIRY_FRICTIONS_MAX];
    for (int i = 0; i < work->step->frictions; i++)
        of[i] = work->judged[i].agreement;
    return airy_friction_find(work->step->friction_deg, of, work->step->frictions,
                              work->how.population.level);
}

static airy_code run(struct work *work, airy_montecarlo_found *found, airy_error *err)
{
    const airy_call *call = work->call;
    int frictions = work->step->frictions;
    airy_code code = airy_output_check(call->output, work->step->angles, call->overwrite, err);
    if (!code)
        code = frictions ? judge(work, frictions, err) : watch(work, err);
    if (!code)
        code =
            airy_montecarlo_write(&work->model, &work->table, call->output, call->overwrite, err);
    if (!code && work->step->angles)
        code = write_angles(work, err);
    found->judged = !code && work->data.members && work->options.model == AIRY_MODEL_SLIPS;
    if (found->judged)
        found->friction = find_friction(work);
    return code;
}

airy_code airy_montecarlo_step_run(const airy_call *call, const airy_montecarlo_step *step,
                                   airy_montecarlo_found *found, airy_error *err)
{
    struct work work = {.call = call, .step = step, .options = step->model, .how = step->how};
    *found = (airy_montecarlo_found){.judged = false};
    work.options.threads = call->threads;
    work.options.seed = work.how.bands.seed = work.how.population.seed = call->seed;
    work.how.bands.polarization_deg = step->model.slips.axis_deg;
    airy_code code = airy_options_check(airy_montecarlo_step_rows, step, err);
    if (!code)
        code = run(&work, found, err);
    found->table = work.table;
    airy_montecarlo_release(&work.model);
    airy_members_release(&work.data);
    airy_memory_free(work.formed);
    return code;
}
