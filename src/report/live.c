// SPDX-License-Identifier: GPL-3.0-or-later
// The page of a run while it is being taken: it asks the browser to read it again, and needs no
// server and no script.
#include "live.h"
#include "html.h"
#include "colors.h"
#include "airy/math.h"
#include "thumbnail.h"

#include <math.h>
#include <stdio.h>

enum { STRIP_MOST = 300 }; // hits, or frames

airy_code airy_live_picture(const airy_pattern *cells, int side, airy_indexed *out, airy_error *err)
{
    const airy_image *image = &cells->photons;
    double high = airy_stats_max(image->px, image->ny * image->nx);
    bool centered = cells->has_center && !isnan(cells->center_y);
    const airy_window window = {.center_y = centered ? cells->center_y : image->ny / 2.0,
                                .center_x = centered ? cells->center_x : image->nx / 2.0,
                                .field = image->ny < image->nx ? image->ny : image->nx,
                                .low = fmax(0.1, 1e-6 * high),
                                .high = fmax(high, 1),
                                .log = true};
    return airy_thumbnail_draw(image, &window, airy_colormap_find("ember"), side, out, err);
}

// ------------------------------------------------------------------ numbers

static void percent(airy_text *lines, const char *name, double share, int of)
{
    if (of > 0)
        airy_text_append(lines, "%s = %.3g %% of %d\n", name, 100 * share, of);
}

// As many digits as mean something from shot to shot.
static void known(airy_text *lines, const char *name, int digits, double value, const char *unit)
{
    if (!isnan(value))
        airy_text_append(lines, "%s = %.*g %s\n", name, digits, value, unit);
}

static void say_numbers(airy_page *page, const airy_tally_now *now)
{
    airy_text lines = {0};
    airy_text_append(&lines, "frames = %d\nhits = %d\ngood hits = %d\nsaturated hits = %d\n",
                     now->frames, now->hits, now->good, now->saturated);
    percent(&lines, "hit rate", now->rate, now->frames);
    known(&lines, "hit rate now", 3, 100 * now->present_rate, "%");
    percent(&lines, "hit rate, pump on", now->on ? (double)now->on_hits / now->on : 0, now->on);
    percent(&lines, "hit rate, pump off", now->off ? (double)now->off_hits / now->off : 0,
            now->off);
    known(&lines, "photons", 3, now->photons, "");
    known(&lines, "radius", 3, now->radius_nm, "nm");
    known(&lines, "radius scatters by", 2, now->radius_spread_nm, "nm");
    known(&lines, "radius, pump on", 3, now->radius_on_nm, "nm");
    known(&lines, "radius, pump off", 3, now->radius_off_nm, "nm");
    known(&lines, "center x", 5, now->center_x, "pixels");
    known(&lines, "center y", 5, now->center_y, "pixels");
    known(&lines, "a hit has more lit pixels than", 3, now->threshold, "");
    airy_page_values(page, lines.text ? lines.text : "");
    airy_text_release(&lines);
}

static void say_alarms(airy_page *page, const airy_tally_now *now)
{
    int n = 0;
    for (int i = 0; i < AIRY_ALARMS; i++)
        if (now->alarm[i]) {
            airy_page_alarm(page, now->alarm[i]);
            n++;
        }
    if (n == 0)
        airy_page_paragraph(page, "No alarm.");
}

// ------------------------------------------------------------------ pictures

// The next row, from here on, of a hit that was looked at and so has a picture; the number of rows
// if there is none.
static int row_with_picture(const airy_table *rows, int from)
{
    double cell;
    while (from < rows->rows &&
           !(airy_table_get_double(rows, from, "cell", &cell, NULL) == AIRY_OK && cell > 0))
        from++;
    return from;
}

static airy_code show_pictures(airy_page *page, const airy_live_page *of, airy_error *err)
{
    airy_code code = AIRY_OK;
    airy_page_section(page, "Last hits");
    for (int i = 0, row = 0; i < of->n_hits && code == AIRY_OK; i++, row++) {
        const airy_tile tile = {"a hit", of->hits[i]};
        char caption[160] = "a hit before these";
        double numbers[3] = {NAN, NAN, NAN};
        static const char *const names[] = {"frame", "photons", "r_par_nm"};
        row = row_with_picture(of->rows, row);
        for (int k = 0; k < 3 && row < of->rows->rows; k++)
            if (airy_table_get_double(of->rows, row, names[k], &numbers[k], NULL) != AIRY_OK)
                numbers[k] = NAN;
        if (row < of->rows->rows && isnan(numbers[2]))
            snprintf(caption, sizeof caption, "frame %.0f: %.3g photons, no size", numbers[0],
                     numbers[1]);
        else if (row < of->rows->rows)
            snprintf(caption, sizeof caption, "frame %.0f: %.3g photons, radius %.3g nm",
                     numbers[0], numbers[1], numbers[2]);
        if (of->hits[i].index)
            code = airy_page_tile(page, &tile, caption, err);
    }
    const airy_tile mean = {"mean without a hit", of->misses ? *of->misses : (airy_indexed){0}};
    if (code == AIRY_OK && mean.picture.index)
        code = airy_page_tile(page, &mean, "mean of the frames without a hit", err);
    return code;
}

// ------------------------------------------------------------------ strips

typedef struct series {
    const char *title;
    bool log;
    double (*value)(const airy_tally_frame *f);
} series;

static double photons_of(const airy_tally_frame *f)
{
    return f->photons;
}

static double radius_of(const airy_tally_frame *f)
{
    return f->radius_nm;
}

static double x_of(const airy_tally_frame *f)
{
    return f->center_x;
}

static double y_of(const airy_tally_frame *f)
{
    return f->center_y;
}

static double saturated_of(const airy_tally_frame *f)
{
    return f->saturated;
}

// The last hits, unpumped ones orange; gray where it is known of others alone.
static void show_hits(airy_page *page, const airy_tally_frame *frame, int n, const series *what)
{
    double value[STRIP_MOST];
    airy_strip_color color[STRIP_MOST];
    bool known_pump = false, unknown = false;
    int k = 0, first = 0;
    for (int i = n - 1, hits = 0; i >= 0 && hits < STRIP_MOST; i--)
        hits += frame[i].hit, first = i;
    for (int i = first; i < n; i++) {
        known_pump = known_pump || (frame[i].hit && frame[i].pumped >= 0);
        unknown = unknown || (frame[i].hit && frame[i].pumped < 0);
    }
    for (int i = first; i < n; i++)
        if (frame[i].hit && k < STRIP_MOST) {
            color[k] = frame[i].pumped == 0                ? AIRY_STRIP_ORANGE
                       : frame[i].pumped < 0 && known_pump ? AIRY_STRIP_GRAY
                                                           : AIRY_STRIP_BLUE;
            value[k++] = what->value(&frame[i]);
        }
    const airy_strip strip = {.title = what->title,
                              .along = !known_pump ? "frame"
                                       : unknown   ? "frame (pump off: orange, ?: gray)"
                                                   : "frame (pump off: orange)",
                              .log = what->log,
                              .n = k,
                              .first = first,
                              .last = n - 1,
                              .value = value,
                              .color = color};
    if (k > 0) // an empty one says nothing
        airy_page_strip(page, &strip);
}

// Hits a frame in pieces of the run.
static void show_rate(airy_page *page, const airy_tally_frame *frame, int n)
{
    double value[STRIP_MOST];
    int piece = n / STRIP_MOST + 1, pieces = 0;
    piece = piece < 20 ? 20 : piece;
    for (int i = 0; i + piece <= n && pieces < STRIP_MOST; i += piece) {
        int hits = 0;
        for (int k = i; k < i + piece; k++)
            hits += frame[k].hit;
        value[pieces++] = 100.0 * hits / piece;
    }
    const airy_strip strip = {.title = "hit rate (%)",
                              .along = "frame",
                              .percent = true,
                              .n = pieces,
                              .last = n - 1,
                              .value = value};
    if (pieces > 1)
        airy_page_strip(page, &strip);
}

static void show_strips(airy_page *page, const airy_tally *tally)
{
    static const series shown[] = {
        {"photons", true, photons_of},
        {"radius (nm)", false, radius_of},
        {"center x (pixels)", false, x_of},
        {"center y (pixels)", false, y_of},
        {"saturated pixels", false, saturated_of},
    };
    int n;
    const airy_tally_frame *frame = airy_tally_frames(tally, &n);
    airy_page_section(page, "Hit by hit");
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++)
        show_hits(page, frame, n, &shown[i]);
    show_rate(page, frame, n);
}

// ------------------------------------------------------------------ the page

airy_code airy_live_write(const airy_live_page *of, const char *path, airy_error *err)
{
    airy_page page;
    airy_tally_now now = airy_tally_tell(of->tally);
    airy_page_init(&page, of->title);
    page.refresh_s = of->refresh_s;
    airy_page_paragraph(&page, "%s", of->state);
    say_alarms(&page, &now);
    say_numbers(&page, &now);
    airy_code code = show_pictures(&page, of, err);
    show_strips(&page, of->tally);
    airy_page_section(&page, "Last hits in numbers");
    airy_page_cells(&page, of->rows, "the newest first", 20, NULL);
    airy_page_links(&page, of->links);
    if (code == AIRY_OK)
        code = airy_page_write(&page, path, true, err);
    airy_page_release(&page);
    return code;
}
