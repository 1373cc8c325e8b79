// SPDX-License-Identifier: GPL-3.0-or-later
// The page of a run that is being taken: strips with round ticks, captions of the right hit.
#include "check.h"

#include "airy/report.h"
#include "report/live.h"
#include "report/strip.h"

#include <stdlib.h>
#include <string.h>

static char *drawn(const airy_strip *strip)
{
    airy_text svg = {0};
    airy_strip_draw(strip, &svg);
    assert_ok(airy_text_whole(&svg, &err));
    return svg.text;
}

static int count(const char *text, const char *what)
{
    int n = 0;
    for (const char *at = strstr(text, what); at; at = strstr(at + 1, what))
        n++;
    return n;
}

// A share ends at 0 and 100, numbers of things begin at none, ticks are round.
static void ticks_are_round(void **state)
{
    (void)state;
    const double full[] = {100, 100, 100}, none[] = {0, 0}, radius[] = {53.76, 55.203, 56.69};
    airy_strip strip = {.title = "t", .along = "a", .percent = true, .n = 3, .value = full};
    char *svg = drawn(&strip);
    assert_int_equal(count(svg, ">0<") + count(svg, ">50<") + count(svg, ">100<"), 5);
    assert_null(strstr(svg, ">100."));
    free(svg);
    strip = (airy_strip){.title = "t", .along = "a", .n = 2, .value = none};
    svg = drawn(&strip);
    assert_null(strstr(svg, ">-"));
    free(svg);
    strip = (airy_strip){.title = "t", .along = "a", .n = 3, .value = radius};
    svg = drawn(&strip);
    assert_non_null(strstr(svg, ">54<"));
    assert_non_null(strstr(svg, ">56<"));
    assert_int_equal(count(svg, "text-anchor=\"end\""), 4); // 54 55 56, the last frame
    free(svg);
}

// A hit that was only counted has no picture, so that the picture belongs to the row behind it.
static void captions_fit_pictures(void **state)
{
    (void)state;
    static unsigned char px[4];
    const char *const links[] = {NULL};
    airy_indexed hits[2] = {{.ny = 2, .nx = 2, .index = px}, {.ny = 2, .nx = 2, .index = px}};
    airy_tally_options options;
    airy_table rows = {0};
    airy_tally_options_defaults(&options);
    airy_tally *tally = airy_tally_new(&options, NULL);
    assert_non_null(tally);
    assert_ok(airy_table_init(&rows, AIRY_LOOK_COLUMNS, &err));
    for (int i = 0; i < 3; i++) {
        assert_ok(airy_table_add(&rows, &err));
        assert_ok(airy_table_put_double(&rows, i, "frame", 90 - i, &err));
        assert_ok(airy_table_put_double(&rows, i, "photons", 1000, &err));
        assert_ok(airy_table_put_double(&rows, i, "r_par_nm", 55, &err));
        assert_ok(airy_table_put_double(&rows, i, "cell", i == 1 ? 8 : 0, &err));
    }
    const airy_live_page page = {.title = "t",
                                 .state = "s",
                                 .tally = tally,
                                 .rows = &rows,
                                 .hits = hits,
                                 .n_hits = 2,
                                 .links = links};
    assert_ok(airy_live_write(&page, "live-page.html", &err));
    char *html = NULL;
    assert_ok(airy_file_read_text("live-page.html", &html, &err));
    assert_int_equal(count(html, "frame 89: 1e+03 photons, radius 55 nm"), 1);
    assert_int_equal(count(html, "frame 90:"), 0);
    assert_int_equal(count(html, "a hit before these"), 1);
    free(html);
    airy_table_release(&rows);
    airy_tally_free(tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ticks_are_round),
        cmocka_unit_test(captions_fit_pictures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
