// SPDX-License-Identifier: GPL-3.0-or-later
// One self-contained page: pictures inlined, no scripts, readable on a phone and on paper.
#include "airy/io.h"
#include "airy/report.h"

#include <errno.h>
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
    "details{margin:.4rem 0}summary{cursor:pointer;color:#2f6fb3;font-size:.9rem}\n"
    "@media print{body{max-width:none;font-size:10pt}nav{display:none}"
    "figure{break-inside:avoid;max-width:48%}h2{break-after:avoid}}\n";

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

// Pictures in a row share one box, which everything else closes.
static void end_pictures(airy_page *page)
{
    if (page->among_pictures)
        airy_text_append(&page->body, "</div>\n");
    page->among_pictures = false;
}

void airy_page_section(airy_page *page, const char *title)
{
    end_pictures(page);
    page->sections++;
    airy_text_append(&page->body, "<h2 id=\"s%d\">", page->sections);
    escaped(&page->body, title);
    airy_text_append(&page->body, "</h2>\n");
    airy_text_append(&page->contents, "<a href=\"#s%d\">", page->sections);
    escaped(&page->contents, title);
    airy_text_append(&page->contents, "</a>\n");
}

void airy_page_paragraph(airy_page *page, const char *format, ...)
{
    char text[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    end_pictures(page);
    airy_text_append(&page->body, "<p>");
    escaped(&page->body, text);
    airy_text_append(&page->body, "</p>\n");
}

void airy_page_verbatim(airy_page *page, const char *text)
{
    end_pictures(page);
    airy_text_append(&page->body, "<pre>");
    escaped(&page->body, text);
    airy_text_append(&page->body, "</pre>\n");
}

void airy_page_folded(airy_page *page, const char *summary, const char *text)
{
    end_pictures(page);
    airy_text_append(&page->body, "<details><summary>");
    escaped(&page->body, summary);
    airy_text_append(&page->body, "</summary><pre>");
    escaped(&page->body, text);
    airy_text_append(&page->body, "</pre></details>\n");
}

// ------------------------------------------------------------------ pictures

// Bytes of a file in base64, appended.
static airy_code base64_file(airy_text *out, const char *path, airy_error *err)
{
    uint8_t block[3 * 4096]; // whole groups of three, so that pieces join
    char coded[BASE64_ENCODE_RAW_LENGTH(sizeof block) + 1];
    FILE *file = fopen(path, "rb");
    if (!file)
        return airy_error_set(err, AIRY_EIO, "%s: cannot open: %s", path, strerror(errno));
    for (size_t n; (n = fread(block, 1, sizeof block, file)) > 0;) {
        base64_encode_raw(coded, n, block);
        coded[BASE64_ENCODE_RAW_LENGTH(n)] = '\0';
        airy_text_append(out, "%s", coded);
    }
    bool failed = ferror(file) != 0;
    fclose(file);
    return failed ? airy_error_set(err, AIRY_EIO, "%s: cannot read", path) : AIRY_OK;
}

airy_code airy_page_picture(airy_page *page, const char *path, const char *caption, airy_error *err)
{
    const char *dot = strrchr(path, '.');
    const char *type = dot && strcmp(dot, ".svg") == 0 ? "svg+xml" : "png";
    if (!page->among_pictures)
        airy_text_append(&page->body, "<div class=\"pictures\">\n");
    page->among_pictures = true;
    airy_text_append(&page->body, "<figure><img alt=\"");
    escaped(&page->body, caption);
    airy_text_append(&page->body, "\" src=\"data:image/%s;base64,", type);
    airy_code code = base64_file(&page->body, path, err);
    airy_text_append(&page->body, "\"><figcaption>");
    escaped(&page->body, caption);
    airy_text_append(&page->body, "</figcaption></figure>\n");
    return code;
}

// ------------------------------------------------------------------ tables

static void table_row(airy_text *out, const char *tag, char *const *cell, int columns)
{
    airy_text_append(out, "<tr>");
    for (int i = 0; i < columns; i++) {
        airy_text_append(out, "<%s>", tag);
        escaped(out, strcmp(cell[i], "nan") == 0 ? "–" : cell[i]);
        airy_text_append(out, "</%s>", tag);
    }
    airy_text_append(out, "</tr>\n");
}

airy_code airy_page_table(airy_page *page, const char *path, const char *caption, int rows,
                          bool folded, airy_error *err)
{
    airy_table table = {0};
    airy_code code = airy_table_read(path, &table, err);
    if (code != AIRY_OK)
        return code;
    end_pictures(page);
    airy_text *out = &page->body;
    airy_text_append(out, folded ? "<details><summary>" : "<details open><summary>");
    escaped(out, caption);
    airy_text_append(out, "</summary>\n<div class=\"table\"><table>\n<thead>");
    table_row(out, "th", table.name, table.columns);
    airy_text_append(out, "</thead>\n");
    for (int i = 0; i < table.rows && i < rows; i++)
        table_row(out, "td", table.cell + (size_t)i * (size_t)table.columns, table.columns);
    airy_text_append(out, "</table></div>\n");
    if (table.rows > rows)
        airy_text_append(out, "<p>%d more rows are in the file.</p>\n", table.rows - rows);
    airy_text_append(out, "</details>\n");
    airy_table_release(&table);
    return AIRY_OK;
}

// ------------------------------------------------------------------ the file

airy_code airy_page_write(airy_page *page, const char *path, bool overwrite, airy_error *err)
{
    end_pictures(page);
    airy_text whole = {0};
    const char *title = page->title.text ? page->title.text : "";
    airy_text_append(&whole,
                     "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
                     "<title>%s</title>\n<style>\n%s</style></head><body>\n<h1>%s</h1>\n",
                     title, style, title);
    airy_text_append(&whole, "<nav>%s</nav>\n", page->contents.text ? page->contents.text : "");
    airy_text_append(&whole, "%s</body></html>\n", page->body.text ? page->body.text : "");
    airy_code code = AIRY_OK;
    if (whole.failed || page->body.failed || page->contents.failed)
        code = airy_error_set(err, AIRY_EMEMORY, "%s: no memory for the page", path);
    if (code == AIRY_OK)
        code = airy_file_write_text(path, whole.text, overwrite, err);
    airy_text_release(&whole);
    return code;
}
