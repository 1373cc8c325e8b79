// SPDX-License-Identifier: GPL-3.0-or-later
// One self-contained page: pictures inlined, no scripts, readable on a phone and on paper.
#include "airy/source.h"
#include "airy/report.h"
#include "strip.h"
#include "html.h"

#include <errno.h>
#include <math.h>
#include <nettle/base64.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char style[] =
    ":root{color-scheme:light}\n"
    "body{font:16px/1.5 system-ui,'Helvetica Neue',Arial,sans-serif;color:#202428;"
    "background:#fff;max-width:68rem;margin:0 auto;padding:1rem}\n"
    "h1{font-size:1.7rem;margin:.5rem 0}h2{font-size:1.25rem;margin:2.2rem 0 .6rem;"
    "border-bottom:2px solid #2f6fb3;padding-bottom:.2rem}h3{font-size:1rem;margin:1.2rem 0 "
    ".4rem}\n"
    "a{color:#2f6fb3}nav{font-size:.95rem;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem}\n"
    ".verdict{font-size:1.3rem;line-height:1.35;margin:.8rem 0}\n"
    ".cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,15rem),1fr));"
    "gap:.8rem;margin:1rem 0}.card{background:#f3f5f8;border-radius:6px;padding:.6rem .9rem}\n"
    ".card b{display:block;font-size:1.6rem;line-height:1.25}.card span{display:block;"
    "font-size:.9rem}.card small{color:#555c66}\n"
    ".strip{display:grid;grid-template-columns:repeat(auto-fit,minmax(5.6rem,1fr));gap:4px}"
    ".strip div{text-align:center;font-size:.85rem;max-width:11rem}.strip img{display:block;"
    "width:100%;aspect-ratio:1;background:#e3e6ea}\n"
    ".bar{display:flex;align-items:center;gap:.5rem;font-size:.85rem;margin:.4rem 0 .2rem}"
    ".bar i{flex:0 1 16rem;height:.8rem;border:1px solid #9aa1ab}\n"
    ".caption,figcaption{font-size:.85rem;color:#555c66;overflow-wrap:anywhere;margin:.1rem 0}\n"
    ".pictures{display:flex;flex-wrap:wrap;gap:1rem;align-items:flex-start}\n"
    "figure{margin:0;flex:0 1 32rem}figure img{width:100%;height:auto}\n"
    ".wide{flex-basis:100%;max-width:62rem}\n"
    ".slider{margin:.6rem 0}.slider>input{position:absolute;opacity:0;pointer-events:none}"
    ".stops{display:flex;flex-wrap:wrap;gap:.3rem}.stops label{flex:1 0 3.2rem;text-align:center;"
    "padding:.35rem .2rem;background:#e3e6ea;border-radius:4px;cursor:pointer;font-size:.9rem}\n"
    ".slider>input:focus-visible~.stops{outline:2px solid #2f6fb3;outline-offset:2px}\n"
    ".slide{display:none;grid-template-columns:repeat(auto-fill,minmax(min(100%,26rem),1fr));"
    "gap:.6rem;margin-top:.6rem}\n"
    ".table{overflow-x:auto;margin:.6rem 0;background:linear-gradient(to right,#fff 40%,#fff0),"
    "linear-gradient(to left,#fff 40%,#fff0) 100% 0,linear-gradient(to right,#0004,#0000),"
    "linear-gradient(to left,#0004,#0000) 100% 0;background-repeat:no-repeat;"
    "background-size:2.5rem 100%,2.5rem 100%,.8rem 100%,.8rem 100%;"
    "background-attachment:local,local,scroll,scroll}\n"
    "table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums}\n"
    "th,td{padding:.15rem .6rem;text-align:right;border-bottom:1px solid #e3e6ea;"
    "white-space:nowrap}th{background:#f3f5f899}td:first-child,th:first-child{text-align:left;"
    "position:sticky;left:0;background:#fff}\n"
    ".hint{display:none;font-size:.8rem;color:#555c66}\n"
    "pre{font-size:.8rem;white-space:pre-wrap;overflow-wrap:anywhere;background:#f6f7f9;"
    "padding:.6rem;border-radius:4px}\n"
    ".sheet{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,20.5rem),1fr));"
    "gap:1rem}.tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:3px}"
    ".tiles img,.tiles span{display:block;width:100%;aspect-ratio:1;background:#e3e6ea}\n"
    ".sheet figcaption{font-size:.8rem}.sheet figcaption b{color:#b3261e;font-weight:600}\n"
    ".four{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:.5rem;"
    "margin-bottom:.8rem}\n"
    ".alarm{background:#b3261e;color:#fff;font-weight:600;padding:.5rem .8rem;border-radius:4px}\n"
    ".strips{display:grid;grid-template-columns:repeat(auto-fill,minmax(20rem,1fr));gap:.8rem}"
    ".strips svg,.four img{width:100%;height:auto;display:block}\n"
    "td.marked{background:#fbe3e1;color:#8c1d18;font-weight:600}\n"
    ".values{columns:16rem;padding:0;margin:.4rem 0;list-style:none;font-size:.85rem}\n"
    ".values li{break-inside:avoid;display:flex;justify-content:space-between;gap:1rem;"
    "border-bottom:1px solid #e3e6ea;overflow-wrap:anywhere}.values span:first-child{flex:none}\n"
    ".files{columns:15rem;padding:0;list-style:none;font-size:.9rem;overflow-wrap:anywhere}\n"
    "details{margin:.4rem 0}summary{cursor:pointer;color:#2f6fb3;font-size:.9rem;"
    "padding:.2rem 0}\n"
    "@media(max-width:40rem){.wide{overflow-x:auto}.wide img{width:44rem;max-width:none}"
    ".wide::before{content:'scroll the chart sideways →';font-size:.8rem;color:#555c66}"
    ".hint{display:block}}\n"
    "@media print{body{max-width:none;font-size:10pt}nav,.stops,.hint{display:none}"
    "figure{break-inside:avoid;max-width:48%}.wide{max-width:100%}h2,h3{break-after:avoid}"
    ".slide{display:grid;grid-template-columns:1fr 1fr}.slide figure{max-width:none}"
    ".table{overflow:hidden;background:none}table{font-size:6.5pt}th,td{padding:.1rem .25rem}"
    ".sheet{grid-template-columns:1fr 1fr}.sheet figure{max-width:none}"
    "*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}\n";

// Text between tags and in attributes.
static void escaped(airy_text *out, const char *text)
{
    static const struct {
        char c;
        const char *name;
    } entities[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}};
    for (const char *c = text; *c; c++) {
        const char *name = NULL;
        for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
            if (*c == entities[i].c)
                name = entities[i].name;
        if (name)
            airy_text_append(out, "%s", name);
        else
            airy_text_append(out, "%c", *c);
    }
}

void airy_page_init(airy_page *page, const char *title)
{
    *page = (airy_page){0};
    escaped(&page->title, title);
}

void airy_page_release(airy_page *page)
{
    airy_text_release(&page->title);
    airy_text_release(&page->body);
    airy_text_release(&page->contents);
    airy_text_release(&page->beside);
    *page = (airy_page){0};
}

// Pictures in a row share one box of their class; everything else (NULL) closes it.
static void box(airy_page *page, const char *class)
{
    bool same = class == page->box || (class && page->box && strcmp(class, page->box) == 0);
    if (page->box && !same)
        airy_text_append(&page->body, "</div>\n");
    if (class && !same)
        airy_text_append(&page->body, "<div class=\"%s\">\n", class);
    page->box = class;
}

void airy_page_section(airy_page *page, const char *title)
{
    box(page, NULL);
    page->sections++;
    airy_text_append(&page->body, "<h2 id=\"s%d\">", page->sections);
    escaped(&page->body, title);
    airy_text_append(&page->body, "</h2>\n");
    airy_text_append(&page->contents, "<a href=\"#s%d\">", page->sections);
    escaped(&page->contents, title);
    airy_text_append(&page->contents, "</a>\n");
}

AIRY_PRINTF(3, 0)
static void tagged(airy_page *page, const char *tag, const char *format, va_list args)
{
    char text[2048];
    vsnprintf(text, sizeof text, format, args);
    box(page, NULL);
    airy_text_append(&page->body, "<%s>", tag);
    escaped(&page->body, text);
    airy_text_append(&page->body, "</%s>\n", tag);
}

void airy_page_heading(airy_page *page, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tagged(page, "h3", format, args);
    va_end(args);
}

void airy_page_paragraph(airy_page *page, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    tagged(page, "p", format, args);
    va_end(args);
}

void airy_page_verbatim(airy_page *page, const char *text)
{
    box(page, NULL);
    airy_text_append(&page->body, "<pre>");
    escaped(&page->body, text);
    airy_text_append(&page->body, "</pre>\n");
}

void airy_page_folded(airy_page *page, const char *summary, const char *text)
{
    box(page, NULL);
    airy_text_append(&page->body, "<details><summary>");
    escaped(&page->body, summary);
    airy_text_append(&page->body, "</summary><pre>");
    escaped(&page->body, text);
    airy_text_append(&page->body, "</pre></details>\n");
}

void airy_page_fold_begin(airy_page *page, const char *summary)
{
    box(page, NULL);
    airy_text_append(&page->body, "<details><summary>");
    escaped(&page->body, summary);
    airy_text_append(&page->body, "</summary>\n");
}

void airy_page_fold_end(airy_page *page)
{
    box(page, NULL);
    airy_text_append(&page->body, "</details>\n");
}

// <a href="...">name</a>; in an address, signs that mean something there stand as numbers.
static void link(airy_page *page, const char *name)
{
    airy_text *out = &page->body;
    airy_text_append(out, "<a href=\"");
    escaped(out, page->beside.text ? page->beside.text : "");
    for (const char *c = name; *c; c++)
        airy_text_append(out, strchr("%#?&<>\"' ", *c) ? "%%%02X" : "%c", (unsigned char)*c);
    airy_text_append(out, "\">");
    escaped(out, name);
    airy_text_append(out, "</a>");
}

void airy_page_link(airy_page *page, const char *name)
{
    if (!page->box || strcmp(page->box, "files") != 0)
        box(page, "files");
    airy_text_append(&page->body, "<div>");
    link(page, name);
    airy_text_append(&page->body, "</div>\n");
}

// ------------------------------------------------------------------ the opening

void airy_page_verdict(airy_page *page, const char *sentence, const airy_card *cards, int n)
{
    airy_text *out = &page->body;
    box(page, NULL);
    airy_text_append(out, "<p class=\"verdict\">");
    escaped(out, sentence);
    airy_text_append(out, "</p>\n<div class=\"cards\">\n");
    for (int i = 0; i < n; i++) {
        airy_text_append(out, "<div class=\"card\"><b>");
        escaped(out, cards[i].value);
        airy_text_append(out, "</b><span>");
        escaped(out, cards[i].label);
        airy_text_append(out, "</span><small>");
        escaped(out, cards[i].note);
        airy_text_append(out, "</small></div>\n");
    }
    airy_text_append(out, "</div>\n");
}

// ------------------------------------------------------------------ the slider

void airy_page_slider_begin(airy_page *page, const char *const *names, int n)
{
    airy_text *out = &page->body;
    int s = ++page->sliders;
    box(page, NULL);
    airy_text_append(out, "<style>");
    for (int i = 0; i < n; i++)
        airy_text_append(out,
                         "#r%d-%d:checked~.slides>.slide:nth-child(%d){display:grid}"
                         "#r%d-%d:checked~.stops>label:nth-child(%d){background:#2f6fb3;"
                         "color:#fff}\n",
                         s, i, i + 1, s, i, i + 1);
    airy_text_append(out, "</style>\n<div class=\"slider\">\n");
    for (int i = 0; i < n; i++) {
        airy_text_append(out, "<input type=\"radio\" name=\"r%d\" id=\"r%d-%d\"%s aria-label=\"", s,
                         s, i, i ? "" : " checked");
        escaped(out, names[i]);
        airy_text_append(out, "\">\n");
    }
    airy_text_append(out, "<div class=\"stops\">");
    for (int i = 0; i < n; i++) {
        airy_text_append(out, "<label for=\"r%d-%d\">", s, i);
        escaped(out, names[i]);
        airy_text_append(out, "</label>");
    }
    airy_text_append(out, "</div>\n<div class=\"slides\">\n");
}

void airy_page_slide_begin(airy_page *page)
{
    airy_text_append(&page->body, "<div class=\"slide\">\n");
    page->box = "slide";
}

void airy_page_slide_end(airy_page *page)
{
    airy_text_append(&page->body, "</div>\n");
    page->box = NULL;
}

void airy_page_slider_end(airy_page *page)
{
    airy_text_append(&page->body, "</div></div>\n");
}

// ------------------------------------------------------------------ pictures

static void base64(airy_text *out, const unsigned char *bytes, size_t length)
{
    enum { BLOCK = 3 * 4096 }; // whole groups of three, so that pieces join
    char coded[BASE64_ENCODE_RAW_LENGTH(BLOCK) + 1];
    for (size_t i = 0; i < length; i += BLOCK) {
        size_t n = length - i < BLOCK ? length - i : BLOCK;
        base64_encode_raw(coded, n, bytes + i);
        coded[BASE64_ENCODE_RAW_LENGTH(n)] = '\0';
        airy_text_append(out, "%s", coded);
    }
}

static airy_code base64_file(airy_text *out, const char *path, airy_error *err)
{
    unsigned char block[3 * 4096];
    FILE *file = fopen(path, "rb");
    if (!file)
        return airy_error_set(err, AIRY_EIO, "%s: cannot open: %s", path, strerror(errno));
    for (size_t n; (n = fread(block, 1, sizeof block, file)) > 0;)
        base64(out, block, n);
    bool failed = ferror(file) != 0;
    fclose(file);
    return failed ? airy_error_set(err, AIRY_EIO, "%s: cannot read", path) : AIRY_OK;
}

airy_code airy_page_picture(airy_page *page, const char *path, const char *name,
                            const char *caption, airy_error *err)
{
    bool chart = airy_text_ends(path, ".svg");
    if (!page->box || strcmp(page->box, "slide") != 0)
        box(page, "pictures");
    airy_text_append(&page->body, "<figure%s><img alt=\"", chart ? " class=\"wide\"" : "");
    escaped(&page->body, *caption ? caption : name);
    airy_text_append(&page->body, "\" src=\"data:image/%s;base64,", chart ? "svg+xml" : "png");
    airy_code code = base64_file(&page->body, path, err);
    airy_text_append(&page->body, "\"><figcaption>");
    escaped(&page->body, caption);
    airy_text_append(&page->body, *caption ? " " : "");
    link(page, name);
    airy_text_append(&page->body, "</figcaption></figure>\n");
    return code;
}

// <img> of a tile, or a grey place where there is none.
static airy_code tile_image(airy_page *page, const airy_tile *tile, airy_error *err)
{
    unsigned char *bytes = NULL;
    size_t length = 0;
    if (!tile->picture.index) {
        airy_text_append(&page->body, "<span></span>");
        return AIRY_OK;
    }
    airy_code code = airy_png_encode(&tile->picture, &bytes, &length, err);
    airy_text_append(&page->body, "<img alt=\"");
    escaped(&page->body, tile->name);
    airy_text_append(&page->body, "\" src=\"data:image/png;base64,");
    base64(&page->body, bytes, length);
    airy_text_append(&page->body, "\">");
    airy_memory_free(bytes);
    return code;
}

airy_code airy_page_tiles(airy_page *page, const airy_tile *tiles, int n, const char *caption,
                          const char *marked, airy_error *err)
{
    airy_code code = AIRY_OK;
    box(page, "sheet");
    airy_text_append(&page->body, "<figure><div class=\"tiles\">");
    for (int i = 0; code == AIRY_OK && i < n; i++)
        code = tile_image(page, &tiles[i], err);
    airy_text_append(&page->body, "</div><figcaption>");
    escaped(&page->body, caption);
    airy_text_append(&page->body, " <b>");
    escaped(&page->body, marked);
    airy_text_append(&page->body, "</b></figcaption></figure>\n");
    return code;
}

airy_code airy_page_tile(airy_page *page, const airy_tile *tile, const char *caption,
                         airy_error *err)
{
    box(page, "four");
    airy_text_append(&page->body, "<figure>");
    airy_code code = tile_image(page, tile, err);
    airy_text_append(&page->body, "<figcaption>");
    escaped(&page->body, caption);
    airy_text_append(&page->body, "</figcaption></figure>\n");
    return code;
}

void airy_page_strip(airy_page *page, const airy_strip *strip)
{
    box(page, "strips");
    airy_strip_draw(strip, &page->body);
}

void airy_page_alarm(airy_page *page, const char *sentence)
{
    box(page, NULL);
    airy_text_append(&page->body, "<p class=\"alarm\">");
    escaped(&page->body, sentence);
    airy_text_append(&page->body, "</p>\n");
}

void airy_page_links(airy_page *page, const char *const *names)
{
    box(page, NULL);
    airy_text_append(&page->body, "<p>Files:");
    for (; *names; names++) {
        airy_text_append(&page->body, " <a href=\"");
        escaped(&page->body, *names);
        airy_text_append(&page->body, "\">");
        escaped(&page->body, *names);
        airy_text_append(&page->body, "</a>");
    }
    airy_text_append(&page->body, "</p>\n");
}

// The colours of a map from left to right.
static void gradient(airy_text *out, const airy_colormap *map)
{
    airy_text_append(out, "<i style=\"background:linear-gradient(to right");
    for (int i = 0; i < map->n; i++)
        airy_text_append(out, ",#%06x", (unsigned)map->colors[i]);
    airy_text_append(out, ")\"></i>");
}

airy_code airy_page_row(airy_page *page, const airy_tile *tiles, int n, const airy_colormap *map,
                        const char *const ends[2], const char *caption, airy_error *err)
{
    airy_text *out = &page->body;
    airy_code code = AIRY_OK;
    box(page, NULL);
    airy_text_append(out, "<div class=\"strip\">\n");
    for (int i = 0; code == AIRY_OK && i < n; i++) {
        airy_text_append(out, "<div>");
        escaped(out, tiles[i].name);
        code = tile_image(page, &tiles[i], err);
        airy_text_append(out, "</div>\n");
    }
    airy_text_append(out, "</div>\n<div class=\"bar\"><span>");
    escaped(out, ends[0]);
    airy_text_append(out, "</span>");
    gradient(out, map);
    airy_text_append(out, "<span>");
    escaped(out, ends[1]);
    airy_text_append(out, "</span></div>\n<p class=\"caption\">");
    escaped(out, caption);
    airy_text_append(out, "</p>\n");
    return code;
}

// ------------------------------------------------------------------ tables

enum { HINTED = 5 }; // columns that a phone has room for

// Numbers for people: five digits, the file has the rest.
static const char *readable(const char *cell, char text[32])
{
    double value;
    if (strcmp(cell, "nan") == 0)
        return "–";
    if (strlen(cell) < 8 || airy_text_double(cell, &value, NULL) != AIRY_OK || !isfinite(value) ||
        value == floor(value))
        return cell;
    snprintf(text, 32, fabs(value) >= 1e5 && fabs(value) < 1e9 ? "%.0f" : "%.5g", value);
    return text;
}

static void table_row(airy_text *out, const char *tag, char *const *cell, int columns,
                      const bool *marked)
{
    char text[32];
    airy_text_append(out, "<tr>");
    for (int i = 0; i < columns; i++) {
        airy_text_append(out, "<%s%s>", tag, marked && marked[i] ? " class=\"marked\"" : "");
        escaped(out, readable(cell[i], text));
        airy_text_append(out, "</%s>", tag);
    }
    airy_text_append(out, "</tr>\n");
}

void airy_page_cells(airy_page *page, const airy_table *table, const char *caption, int rows,
                     const bool *marked)
{
    box(page, NULL);
    airy_text *out = &page->body;
    airy_text_append(out, rows > 0 ? "<details open><summary>" : "<details><summary>");
    escaped(out, caption);
    airy_text_append(out, "</summary>\n%s<div class=\"table\"><table>\n<thead>",
                     table->columns > HINTED ? "<span class=\"hint\">scroll sideways: there are "
                                               "more columns →</span>"
                                             : "");
    table_row(out, "th", table->name, table->columns, NULL);
    airy_text_append(out, "</thead>\n");
    int most = abs(rows);
    for (int i = 0; i < table->rows && i < most; i++) {
        size_t first = (size_t)i * (size_t)table->columns;
        table_row(out, "td", table->cell + first, table->columns, marked ? marked + first : NULL);
    }
    airy_text_append(out, "</table></div>\n");
    if (table->rows > most)
        airy_text_append(out, "<p>%d more rows are in the file.</p>\n", table->rows - most);
    airy_text_append(out, "</details>\n");
}

void airy_page_values(airy_page *page, const char *lines)
{
    box(page, NULL);
    airy_text_append(&page->body, "<ul class=\"values\">\n");
    while (*lines) {
        char line[512], *equals;
        int length = (int)strcspn(lines, "\n");
        snprintf(line, sizeof line, "%.*s", length, lines);
        lines += length + (lines[length] == '\n');
        if (!(equals = strstr(line, " = ")))
            continue;
        *equals = '\0';
        airy_text_append(&page->body, "<li><span>");
        escaped(&page->body, line);
        airy_text_append(&page->body, "</span><span>");
        escaped(&page->body, equals + 3);
        airy_text_append(&page->body, "</span></li>\n");
    }
    airy_text_append(&page->body, "</ul>\n");
}

// ------------------------------------------------------------------ the file

airy_code airy_page_write(airy_page *page, const char *path, bool overwrite, airy_error *err)
{
    box(page, NULL);
    airy_text whole = {0};
    char refresh[64] = "";
    const char *title = page->title.text ? page->title.text : "";
    if (page->refresh_s > 0)
        snprintf(refresh, sizeof refresh, "<meta http-equiv=\"refresh\" content=\"%d\">\n",
                 page->refresh_s);
    airy_text_append(&whole,
                     "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                     "%s<title>%s</title>\n<style>\n%s</style></head><body>\n<h1>%s</h1>\n",
                     refresh, title, style, title);
    airy_text_append(&whole, "<nav>%s</nav>\n", page->contents.text ? page->contents.text : "");
    airy_text_append(&whole, "%s</body></html>\n", page->body.text ? page->body.text : "");
    airy_code code = AIRY_OK;
    if (whole.failed || page->title.failed || page->body.failed || page->contents.failed)
        code = airy_error_set(err, AIRY_EMEMORY, "%s: no memory for the page", path);
    if (code == AIRY_OK)
        code = airy_file_write_text(path, whole.text, overwrite, err);
    airy_text_release(&whole);
    return code;
}
