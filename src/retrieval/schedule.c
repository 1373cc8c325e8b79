// SPDX-License-Identifier: GPL-3.0-or-later
// "3*(hio:200,er:20),er:50" as a list of stages.
#include "airy/retrieval.h"
#include "rules.h"
#include "schedule.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 8, ITERATIONS_MAX = 10000000 };

// Where the reading is, and what it has read.
struct reader {
    const char *text, *at;
    airy_schedule *schedule;
    airy_error *err;
};

static airy_code wrong(const struct reader *r, const char *wanted)
{
    airy_text names = {0};
    for (int i = 0; i < airy_rule_count(); i++)
        airy_text_append(&names, " %s", airy_rule_about(i)->name);
    airy_code code = airy_error_set(
        r->err, AIRY_EARGUMENT, "schedule '%s': %s wanted at character %d; rules are%s", r->text,
        wanted, (int)(r->at - r->text) + 1, names.text ? names.text : "");
    airy_text_release(&names);
    return code;
}

static void skip_blanks(struct reader *r)
{
    while (isspace((unsigned char)*r->at))
        r->at++;
}

static bool take(struct reader *r, char c)
{
    skip_blanks(r);
    if (*r->at != c)
        return false;
    r->at++;
    return true;
}

static airy_code read_count(struct reader *r, int *count)
{
    skip_blanks(r);
    char *end = NULL;
    long value = isdigit((unsigned char)*r->at) ? strtol(r->at, &end, 10) : 0;
    if (value < 1 || value > ITERATIONS_MAX)
        return wrong(r, "a whole number from 1 to 10000000");
    r->at = end;
    *count = (int)value;
    return AIRY_OK;
}

static airy_code read_rule(struct reader *r, int *rule)
{
    char name[16];
    size_t n = strspn(r->at, "abcdefghijklmnopqrstuvwxyz-");
    if (n > 0 && n < sizeof name) {
        memcpy(name, r->at, n);
        name[n] = '\0';
        *rule = airy_rule_find(name);
        if (*rule >= 0) {
            r->at += n;
            return AIRY_OK;
        }
    }
    return wrong(r, "a rule");
}

static airy_code append(struct reader *r, airy_stage stage)
{
    if (r->schedule->n == AIRY_STAGES_MAX)
        return airy_error_set(r->err, AIRY_EARGUMENT, "schedule '%s' has more than %d stages",
                              r->text, AIRY_STAGES_MAX);
    r->schedule->stage[r->schedule->n++] = stage;
    return AIRY_OK;
}

// Stages from `first` on are there once; they shall be there `count` times.
static airy_code repeat(struct reader *r, int first, int count)
{
    int length = r->schedule->n - first;
    for (int i = length; i < length * count && i <= AIRY_STAGES_MAX; i++) {
        airy_code code = append(r, r->schedule->stage[first + i % length]);
        if (code != AIRY_OK)
            return code;
    }
    return AIRY_OK;
}

static airy_code read_list(struct reader *r, int depth);

static airy_code read_item(struct reader *r, int depth)
{
    airy_code code = AIRY_OK;
    skip_blanks(r);
    if (!isdigit((unsigned char)*r->at)) {
        airy_stage stage = {0};
        if ((code = read_rule(r, &stage.rule)) != AIRY_OK)
            return code;
        if (!take(r, ':'))
            return wrong(r, "':' and iterations");
        if ((code = read_count(r, &stage.iterations)) != AIRY_OK)
            return code;
        return append(r, stage);
    }
    int count = 0, first = r->schedule->n;
    if ((code = read_count(r, &count)) != AIRY_OK)
        return code;
    if (!take(r, '*') || !take(r, '(') || depth == DEPTH_MAX)
        return wrong(r, "'*(' and a list, at most 8 deep,");
    if ((code = read_list(r, depth + 1)) != AIRY_OK)
        return code;
    if (!take(r, ')'))
        return wrong(r, "',' or ')'");
    return repeat(r, first, count);
}

static airy_code read_list(struct reader *r, int depth)
{
    airy_code code;
    do
        code = read_item(r, depth);
    while (code == AIRY_OK && take(r, ','));
    return code;
}

airy_code airy_schedule_parse(const char *text, airy_schedule *schedule, airy_error *err)
{
    struct reader r = {.text = text, .at = text, .schedule = schedule, .err = err};
    schedule->n = 0;
    airy_code code = read_list(&r, 0);
    skip_blanks(&r);
    if (code == AIRY_OK && *r.at)
        code = wrong(&r, "',' or the end");
    return code;
}

int airy_schedule_iterations(const airy_schedule *schedule)
{
    int sum = 0;
    for (int i = 0; i < schedule->n; i++)
        sum += schedule->stage[i].iterations;
    return sum;
}
