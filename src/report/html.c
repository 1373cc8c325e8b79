// SPDX-License-Identifier: GPL-3.0-or-later
// One self-contained page: pictures inlined, no scripts, readable on a phone and on paper.
#include "airy/source.h"
#include "airy/report.h"

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
    "border-bottom:2px solid #2f6fb3;padding-bottom:.2rem}\n"
    "nav{font-size:.95rem;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem}nav a{color:#2f6fb3}\n"
    ".pictures{display:flex;flex-wrap:wrap;gap:1rem;align-items:flex-start}\n"
    "figure{margin:0;flex:0 1 20.5rem}figure img{width:100%;height:auto}\n"
    "figcaption{font-size:.85rem;color:#555c66;overflow-wrap:anywhere}\n"
    ".table{overflow-x:auto;margin:.6rem 0}table{border-collapse:collapse;font-size:.85rem;"
    "font-variant-numeric:tabular-nums}\n"
    "th,td{padding:.15rem .6rem;text-align:right;border-bottom:1px solid #e3e6ea;"
    "white-space:nowrap}th{background:#f3f5f8;text-align:right}\n"
    "td:first-child,th:first-child{text-align:left}\n"
    "pre{font-size:.8rem;white-space:pre-wrap;overflow-wrap:anywhere;background:#f6f7f9;"
    "padding:.6rem;border-radius:4px}\n"
    ".sheet{display:grid;grid-template-columns:repeat(auto-fill,minmax(20.5rem,1fr));gap:1rem}\n"
    ".four{display:grid;grid-template-columns:repeat(auto-fill,minmax(15rem,1fr));gap:.5rem;"
    "margin-bottom:.8rem}\n"
    ".tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:3px}.tiles img,.tiles span{"
    "display:block;width:100%;aspect-ratio:1;background:#e3e6ea}\n"
    ".sheet figcaption{font-size:.8rem}.sheet figcaption "
    "b{color:#b3261e;font-weight:600}h3{font-size:1rem;margin:1.2rem 0 .4rem}\n"
    ".alarm{background:#b3261e;color:#fff;font-weight:600;padding:.5rem .8rem;border-radius:4px}\n"
    ".strips{display:grid;grid-template-columns:repeat(auto-fill,minmax(20rem,1fr));gap:.8rem}"
    ".strips svg,.four img{width:100%;height:auto;display:block}\n"
    "td.marked{background:#fbe3e1;color:#8c1d18;font-weight:600}\n"
    ".wide{flex-basis:100%;max-width:60rem}\n"
    ".values{columns:16rem;padding:0;margin:.4rem 0;list-style:none;font-size:.85rem}\n"
    ".values li{break-inside:avoid;display:flex;justify-content:space-between;gap:1rem;"
    "border-bottom:1px solid #e3e6ea;overflow-wrap:anywhere}.values span:first-child{flex:none}\n"
    "details{margin:.4rem 0}summary{cursor:pointer;color:#2f6fb3;font-size:.9rem}\n"
    "@media(max-width:40rem){.wide{overflow-x:auto}.wide img{width:44rem;max-width:none}}\n"
    "@media print{body{max-width:none;font-size:10pt}nav{display:none}"
    "figure{break-inside:avoid;max-width:48%}.wide{max-width:100%}h2,h3{break-after:avoid}"
    ".table{overflow:hidden}table{font-size:6.5pt}th,td{padding:.1rem .25rem}"
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

// ------------------------------------------------------------------ pictures

void airy_page_row(airy_page *page)
{
    box(page, NULL);
    box(page, "four");
}

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

airy_code airy_page_picture(airy_page *page, const char *path, const char *caption, airy_error *err)
{
    const char *dot = strrchr(path, '.');
    bool chart = dot && strcmp(dot, ".svg") == 0;
    if (!page->box || strcmp(page->box, "four") != 0)
        box(page, "pictures");
    airy_text_append(&page->body, "<figure%s><img alt=\"", chart ? " class=\"wide\"" : "");
    escaped(&page->body, caption);
    airy_text_append(&page->body, "\" src=\"data:image/%s;base64,", chart ? "svg+xml" : "png");
    airy_code code = base64_file(&page->body, path, err);
    airy_text_append(&page->body, "\"><figcaption>");
    escaped(&page->body, caption);
    airy_text_append(&page->body, "</figcaption></figure>\n");
    return code;
}

static airy_code inline_tile(airy_page *page, const airy_tile *tile, airy_error *err)
{
    unsigned char *bytes = NULL;
    size_t length = 0;
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
    for (int i = 0; code == AIRY_OK && i < n; i++) {
        if (tiles[i].picture.index)
            code = inline_tile(page, &tiles[i], err);
        else
            airy_text_append(&page->body, "<span></span>");
    }
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
    airy_code code = inline_tile(page, tile, err);
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

// ------------------------------------------------------------------ tables

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
    airy_text_append(out, "</summary>\n<div class=\"table\"><table>\n<thead>");
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
