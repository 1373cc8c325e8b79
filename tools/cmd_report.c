// SPDX-License-Identifier: GPL-3.0-or-later
// airy report: the pictures and tables of a folder as one page.
#include "airy/report.h"
#include "commands.h"
#include "say.h"

#include <stdio.h>

int cmd_report(invocation *call)
{
    const char *title = "Delay series";
    airy_error err = {0};
    const option table[] = {
        {"title", OPTION_TEXT, &title, .unit = "TEXT", .help = "heading of the page"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT, 1, 1))
        return call->status;
    airy_code code = airy_report_write(call->inputs[0], title, call->output, call->overwrite, &err);
    if (code == AIRY_OK)
        printf("%s\n", call->output);
    return say_done(call, code, &err);
}
