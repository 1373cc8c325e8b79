// SPDX-License-Identifier: GPL-3.0-or-later
// airy report: the pictures and tables of a folder as one page.
#include "airy/report.h"
#include "commands.h"
#include "say.h"

#include <stdio.h>

int cmd_report(invocation *call)
{
    const char *title = NULL;
    bool compare = false;
    airy_error err = {0};
    const option table[] = {
        {"title", OPTION_TEXT, &title, .unit = "TEXT",
         .help = "heading of the page; else what the folder holds first"},
        {"compare", OPTION_FLAG, &compare, .help = "two series' folders beside each other"},
        {0},
    };
    if (!options_parse(call, table, TAKES_OUTPUT, 1, 2))
        return call->status;
    if (compare != (call->n_inputs == 2))
        return options_wrong(call, "one folder makes a report, --compare wants two");
    airy_code code =
        compare ? airy_report_two(call->inputs, call->inputs, title ? title : "Delay series",
                                  call->output, call->overwrite, say_stopping(), &err)
                : airy_report_write(call->inputs[0], title, call->output, call->overwrite, &err);
    if (code == AIRY_OK)
        printf("%s\n", call->output);
    return say_done(call, code, &err);
}
