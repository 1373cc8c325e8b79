// SPDX-License-Identifier: GPL-3.0-or-later
// airy compare: how far two files' numbers are apart; exit 3 when farther than the tolerance.
#include "airy/chain.h"
#include "commands.h"
#include "results.h"
#include "say.h"

enum { DIFFERENT = 3 };

// "PAR,PERP" or "PAR,PERP,DEGREES".
static bool read_body(airy_compare_options *o, const char *text)
{
    int n = 0;
    return airy_text_doubles(text, o->body, 3, &n, NULL) == AIRY_OK && n >= 2 && o->body[0] > 0 &&
           o->body[1] > 0;
}

int cmd_compare(invocation *call)
{
    const char *body = NULL;
    airy_compare_options o = {.frame = -1, .other = -1};
    airy_comparison found = {0};
    airy_results numbers = {0};
    double tolerance = 0;
    airy_error err = {0};
    const option table[] = {
        {"align", OPTION_FLAG, &o.align,
         .help =
             "remove a shift, the 180-degree twin and a scale first; sizes and pixels may differ"},
        {"band", OPTION_DOUBLE, &o.band, .low = 0, .high = 1e6, .unit = "1/nm",
         .help = "with --align: highest q = 2 pi / period at which even and odd parts are "
                 "compared; 0 = what both files hold"},
        {"body", OPTION_TEXT, &body, .unit = "PAR,PERP,DEG",
         .help = "with --align: semi-axes (nm) and direction of the body that is taken off both, "
                 "where A does not know them"},
        {"tolerance", OPTION_DOUBLE, &tolerance, .low = 0, .high = 1e9,
         .help = "relative L2 distance up to which files count as equal"},
        {"dataset", OPTION_TEXT, &o.dataset, .unit = "PATH",
         .help = "dataset of both files, instead of the main array"},
        {"frame", OPTION_INT, &o.frame, .low = -1, .high = 1e9,
         .help = "frame to compare, -1 = all of them (with --align: the first)"},
        {"other-frame", OPTION_INT, &o.other, .low = -1, .high = 1e9,
         .help = "frame of the second file, -1 = the same"},
        {0},
    };
    if (!options_parse(call, table, 0, 2, 2))
        return call->status;
    if ((body || o.band > 0) && !o.align)
        return options_wrong(call, "--band and --body go with --align");
    if (body && !read_body(&o, body))
        return options_wrong(call, "--body %s: PAR,PERP or PAR,PERP,DEG is wanted", body);
    o.spec[0] = call->inputs[0];
    o.spec[1] = call->inputs[1];
    airy_code code = airy_compare(&call->run, &o, &found, &err);
    if (code == AIRY_OK) {
        airy_comparison_results(&found, &numbers);
        code = results_print(&numbers, &err);
    }
    int status = say_done(call, code, &err);
    bool equal = found.missing == 0 && found.pixels > 0 && found.relative_l2 <= tolerance;
    return status == 0 && !equal && !(found.pixels == 0 && found.same_bits) ? DIFFERENT : status;
}
