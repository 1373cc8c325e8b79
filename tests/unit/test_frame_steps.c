// SPDX-License-Identifier: GPL-3.0-or-later
// Runs of frames as a program calls them: which saw a particle, other formats, what a file is, and
// a run that is watched.
#include "check.h"
#include "program_call.h"

#include "airy/report.h"
#include "airy/simulate.h"
#include "simulate/ideal.h"

#include <stdlib.h>
#include <sys/stat.h>

enum { SIDE = 128, FRAMES = 12 };

// Every third frame has a particle in it, the others next to nothing.
static bool is_hit(int i)
{
    return i % 3 == 0;
}

static void write_run(const char *path)
{
    airy_phantom phantom;
    airy_phantom_plain(&phantom, 20, 20);
    airy_frames *out = airy_frames_create(path, true, NULL);
    assert_non_null(out);
    for (int i = 0; i < FRAMES; i++) {
        airy_simulate_options options;
        airy_pattern p;
        airy_simulate_options_defaults(&options, SIDE);
        options.photons = is_hit(i) ? 1e6 : 1;
        options.background = 1e-3;
        options.seed = 3;
        options.shot = i;
        assert_ok(airy_simulate_pattern(&phantom, &options, &p, NULL, &err));
        p.has_center = false;
        assert_ok(airy_frames_append(out, &p, &err));
        airy_pattern_release(&p);
    }
    const airy_history none = {0};
    assert_ok(airy_frames_commit(out, &none, &err));
    airy_frames_close(out);
}

static void finds_hits(void **state)
{
    (void)state;
    airy_hits_step step;
    const char *inputs[] = {"run.h5"};
    airy_call call = program_call("hits", inputs, 1, "hits.tsv");
    write_run("run.h5");
    airy_hits_step_defaults(&step);
    step.mean = "misses.cxi";
    assert_ok(airy_hits_run(&call, &step, &err));
    airy_table table;
    airy_pattern mean;
    assert_ok(airy_table_read("hits.tsv", &table, &err));
    assert_int_equal(table.rows, FRAMES);
    for (int i = 0; i < FRAMES; i++)
        assert_string_equal(airy_table_get(&table, i, "hit"), is_hit(i) ? "1" : "0");
    airy_table_release(&table);
    assert_ok(airy_pattern_read("misses.cxi", 0, &mean, NULL, &err));
    assert_true(airy_pattern_photons(&mean) < 1e3);
    airy_pattern_release(&mean);
    step.cut = -1; // every frame has more: none is left for a mean
    assert_fails(airy_hits_run(&call, &step, &err), AIRY_EVALUE, "every frame is a hit");
    call.overwrite = false;
    assert_fails(airy_hits_run(&call, &step, &err), AIRY_EIO, "hits.tsv");
}

static void converts(void **state)
{
    (void)state;
    airy_convert_step step;
    const char *inputs[] = {"run.h5"};
    airy_call call = program_call("convert", inputs, 1, "one.npy");
    airy_pattern a, b;
    double sum = 0;
    write_run("run.h5");
    airy_convert_step_defaults(&step);
    assert_fails(airy_convert_run(&call, &step, &err), AIRY_EARGUMENT, "12 frames");
    step.from = FRAMES, step.to = FRAMES + 1;
    assert_fails(airy_convert_run(&call, &step, &err), AIRY_EARGUMENT, "no frame 12");
    step.from = 3, step.to = 4;
    assert_ok(airy_convert_run(&call, &step, &err));
    assert_ok(airy_pattern_read("run.h5", 3, &a, NULL, &err));
    assert_ok(airy_pattern_read("one.npy", 0, &b, NULL, &err));
    assert_near(airy_pattern_photons(&a), airy_pattern_photons(&b), 0.5);
    airy_pattern_release(&b);
    call.output = "events.h5";
    step = (airy_convert_step){.from = 2, .to = 5, .sparse = true, .period_s = 0.1};
    assert_ok(airy_convert_run(&call, &step, &err));
    airy_events_file *file = airy_events_open("events.h5", NULL);
    airy_events events;
    assert_non_null(file);
    assert_int_equal(airy_events_frames(file), 3);
    assert_ok(airy_events_read(file, 1, &events, NULL, &err));
    for (int i = 0; i < events.n; i++)
        sum += events.count[i];
    assert_near(sum, airy_pattern_photons(&a), 0.5);
    airy_pattern_release(&a);
    airy_events_close(file);
    step.to = FRAMES + 1;
    assert_fails(airy_convert_run(&call, &step, &err), AIRY_EARGUMENT, "no frame 12");
}

static void tells_what_it_is(void **state)
{
    (void)state;
    airy_info_step step;
    airy_text text = {0};
    write_run("run.h5");
    airy_info_step_defaults(&step);
    step.spec = "run.h5";
    step.frame = 1;
    assert_ok(airy_info_run(&step, &text, &err));
    assert_non_null(strstr(text.text, "12 pattern(s) of 128 x 128"));
    assert_non_null(strstr(text.text, "frame 1"));
    assert_non_null(strstr(text.text, "datasets\n"));
    airy_text_release(&text);
    step.replay = true;
    assert_fails(airy_info_run(&step, &text, &err), AIRY_EMISSING, "carries no history");
    step.spec = "none.h5";
    assert_fails(airy_info_run(&step, &text, &err), AIRY_EMISSING, "no such file");
    airy_text_release(&text);
}

static int warnings;

static void hear(void *context, airy_tone tone, const char *sentence)
{
    (void)context, (void)sentence;
    warnings += tone == AIRY_TONE_WARNING;
}

static void watches(void **state)
{
    (void)state;
    airy_watch_step step;
    const char *inputs[] = {"watched"};
    airy_call call = program_call("watch", inputs, 1, "page");
    call.say = hear;
    mkdir("watched", 0777);
    write_run("watched/a.h5");
    airy_watch_step_defaults(&step);
    step.idle_s = 0.3;
    step.pump_every = 0;
    step.delay_ps = 5;
    assert_ok(airy_watch_run(&call, &step, &err));
    assert_int_equal(warnings, 0);
    airy_table seen, good;
    assert_ok(airy_table_read("page/watch.tsv", &seen, &err));
    assert_ok(airy_table_read("page/good.tsv", &good, &err));
    assert_int_equal(seen.rows, FRAMES);
    assert_int_equal(good.rows, FRAMES / 3);
    for (int i = 0; i < good.rows; i++) {
        int frame;
        double delay;
        assert_ok(airy_table_get_int(&good, i, "frame", &frame, &err));
        assert_ok(airy_table_get_double(&good, i, "delay_ps", &delay, &err));
        assert_true(is_hit(frame));
        assert_near(delay, 5, 0);
    }
    airy_table_release(&seen);
    airy_table_release(&good);
    char *page = NULL;
    assert_ok(airy_file_read_text("page/index.html", &page, &err));
    assert_null(strstr(page, "http-equiv")); // it has ended
    assert_non_null(strstr(page, "misses.cxi"));
    free(page);
    step.photons.frames = "0:1";
    assert_fails(airy_watch_run(&call, &step, &err), AIRY_EARGUMENT, "every frame");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(finds_hits), cmocka_unit_test(converts),
                                       cmocka_unit_test(tells_what_it_is),
                                       cmocka_unit_test(watches)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
