// SPDX-License-Identifier: GPL-3.0-or-later
// What frames of a run have in common, the alarms, and which files and frames are new.
#include "check.h"

#include "airy/live.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static airy_look seen(double lit, double y, int saturated, double radius)
{
    airy_look look = {.center_y = y, .center_x = 100, .saturated = saturated};
    look.hit = (airy_hit){.measured = 1000, .lit = (int)lit, .photons = 10 * lit};
    look.fit.radius_par_nm = look.fit.radius_perp_nm = radius;
    return look;
}

static airy_tally *tally_new(void)
{
    airy_tally_options options;
    airy_tally_options_defaults(&options);
    airy_tally *tally = airy_tally_new(&options, NULL);
    assert_non_null(tally);
    return tally;
}

static void add(airy_tally *tally, const airy_look *look, int pumped)
{
    assert_ok(airy_tally_add(tally, look, airy_tally_is_hit(tally, &look->hit), pumped, &err));
}

// Hits and others part once there are enough of both, and what was taken for a hit before is judged
// again.
static void parts_hits(void **state)
{
    (void)state;
    airy_tally *tally = tally_new();
    for (int i = 0; i < 40; i++) {
        airy_look look = seen(i % 4 ? 5 + i % 3 : 2000 + 30 * (i % 7), 50, 0, 55 + i % 4);
        add(tally, &look, i % 2);
    }
    airy_tally_now now = airy_tally_tell(tally);
    assert_int_equal(now.frames, 40);
    assert_int_equal(now.hits, 10);
    assert_int_equal(now.good, 10);
    assert_true(now.threshold > 7 && now.threshold < 2000);
    assert_near(now.rate, 0.25, 1e-12);
    assert_int_equal(now.on + now.off, 40);
    assert_int_equal(now.off_hits, 10); // every fourth is even
    assert_true(isnan(now.radius_on_nm));
    assert_near(now.radius_nm, 55, 1e-12);
    for (int i = 0; i < AIRY_ALARMS; i++)
        assert_null(now.alarm[i]);
    airy_tally_free(tally);
}

static void alarms(void **state)
{
    (void)state;
    airy_tally *tally = tally_new();
    for (int i = 0; i < 400; i++) { // half of them hits
        airy_look look = seen(i % 2 ? 5 : 2000, 50 + 0.1 * (i % 3), 0, 55);
        add(tally, &look, -1);
    }
    for (int i = 0; i < 20; i++) { // the beam moves, and saturates
        airy_look look = seen(2000, 62, i % 2 ? 7 : 0, 55);
        add(tally, &look, -1);
    }
    airy_tally_now now = airy_tally_tell(tally);
    assert_non_null(now.alarm[AIRY_ALARM_MOVED]);
    assert_non_null(strstr(now.alarm[AIRY_ALARM_MOVED], "y +11.9"));
    assert_non_null(strstr(now.alarm[AIRY_ALARM_SATURATED], "5 of the last 10 hits"));
    assert_null(now.alarm[AIRY_ALARM_RATE]);
    assert_int_equal(now.good, 200 + 10);
    for (int i = 0; i < 100; i++) { // back again, and few hits
        airy_look look = seen(i % 8 ? 5 : 2000, 50, 0, 55);
        add(tally, &look, -1);
    }
    now = airy_tally_tell(tally);
    assert_null(now.alarm[AIRY_ALARM_MOVED]);
    assert_null(now.alarm[AIRY_ALARM_SATURATED]);
    assert_non_null(strstr(now.alarm[AIRY_ALARM_RATE], "fell to 13 %"));
    airy_tally_free(tally);
}

// ------------------------------------------------------------------ files

static void write_frames(const char *path, int n)
{
    airy_pattern p;
    assert_ok(airy_pattern_init(&p, 16, 16, &err));
    airy_frames *to = airy_frames_create(path, true, NULL);
    assert_non_null(to);
    for (int i = 0; i < n; i++)
        assert_ok(airy_frames_append(to, &p, &err));
    assert_ok(airy_frames_commit(to, NULL, &err));
    airy_frames_close(to);
    airy_pattern_release(&p);
}

static int told;

static void hear(void *context, airy_tone tone, const char *sentence)
{
    (void)context, (void)sentence;
    told += tone == AIRY_TONE_WARNING;
}

static void follows(void **state)
{
    (void)state;
    const airy_call call = {.say = hear};
    const char *except[] = {NULL, "run/gain.h5"};
    airy_growth_news news;
    told = 0;
    mkdir("run", 0777);
    remove("run/a.h5"); // of a run before
    write_frames("run/b.h5", 3);
    write_frames("run/gain.h5", 1);
    airy_growth *growth = airy_growth_new("run", "*.h5 *.cxi", except, 2, NULL);
    assert_non_null(growth);
    assert_ok(airy_growth_poll(growth, &call, 1, 2, &news, &err));
    assert_string_equal(news.file, "run/b.h5");
    assert_true(news.from == 0 && news.to == 2 && news.waiting == 3);
    airy_growth_taken(growth, 2);
    assert_ok(airy_growth_poll(growth, &call, 2, 2, &news, &err));
    assert_true(news.from == 2 && news.to == 3);
    airy_growth_taken(growth, 1);
    assert_ok(airy_growth_poll(growth, &call, 3, 2, &news, &err));
    assert_true(news.from == news.to && news.waiting == 0);

    // A file that is no HDF5 yet, and then is; it is told when that takes too long.
    FILE *file = fopen("run/a.h5", "w");
    assert_non_null(file);
    fputs("beginning", file);
    fclose(file);
    for (int t = 4; t < 20; t++)
        assert_ok(airy_growth_poll(growth, &call, t, 2, &news, &err));
    assert_int_equal(news.waiting, 0);
    assert_int_equal(told, 1);
    write_frames("run/a.h5", 1);
    assert_ok(airy_growth_poll(growth, &call, 21, 2, &news, &err));
    assert_string_equal(news.file, "run/a.h5");

    // Its frame cannot be read: it is tried again, then passed over.
    airy_growth_failed(growth, &call, 21, "why");
    assert_ok(airy_growth_poll(growth, &call, 22, 2, &news, &err));
    assert_int_equal(news.to, 1);
    airy_growth_failed(growth, &call, 22, "why");
    assert_int_equal(airy_growth_unreadable(growth), 0);
    assert_ok(airy_growth_poll(growth, &call, 25, 2, &news, &err));
    airy_growth_failed(growth, &call, 25, "why");
    assert_int_equal(airy_growth_unreadable(growth), 1);
    assert_ok(airy_growth_poll(growth, &call, 26, 2, &news, &err));
    assert_int_equal(news.waiting, 0);

    // One vanishes; another takes its name and is read from its first frame.
    unlink("run/b.h5");
    int before = told;
    assert_ok(airy_growth_poll(growth, &call, 27, 2, &news, &err));
    assert_true(news.waiting == 0 && told == before + 1);
    write_frames("run/b.h5", 2);
    assert_ok(airy_growth_poll(growth, &call, 28, 2, &news, &err));
    assert_true(news.from == 0 && news.to == 2 && told == before + 2);
    airy_growth_free(growth);

    growth = airy_growth_new("nowhere", "*", NULL, 0, NULL);
    assert_fails(airy_growth_poll(growth, &call, 1, 2, &news, &err), AIRY_EMISSING, "nowhere");
    airy_growth_free(growth);
}

static void journal(void **state)
{
    (void)state;
    airy_table form = {0}, back = {0};
    assert_ok(airy_table_init(&form, "a b", &err));
    assert_ok(airy_table_add(&form, &err));
    assert_ok(airy_table_put(&form, 0, "b", "x y", &err));
    airy_journal *j = airy_journal_begin("grows.tsv", &form, true, NULL);
    assert_non_null(j);
    for (int i = 1; i < 4; i++) {
        assert_ok(airy_journal_add(j, &form, 0, &err));
        assert_ok(airy_table_read("grows.tsv", &back, &err)); // each row is there at once
        assert_int_equal(back.rows, i);
        assert_string_equal(airy_table_get(&back, i - 1, "b"), "x y");
        airy_table_release(&back);
    }
    airy_journal_end(j);
    airy_error err = {0};
    assert_null(airy_journal_begin("grows.tsv", &form, false, &err));
    assert_int_equal(err.code, AIRY_EIO);
    airy_table_release(&form);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_hits),
        cmocka_unit_test(alarms),
        cmocka_unit_test(follows),
        cmocka_unit_test(journal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
