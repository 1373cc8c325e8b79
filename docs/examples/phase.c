// SPDX-License-Identifier: GPL-3.0-or-later
// phase PATTERN RECON IMAGE: phases a pattern, going on where a killed run was, and averages.
#include <airy.h>

#include <stdio.h>

static void say(void *context, airy_tone tone, const char *sentence)
{
    (void)context;
    fprintf(stderr, "%s%s\n", tone == AIRY_TONE_WARNING ? "warning: " : "", sentence);
}

int main(int argc, char **argv)
{
    airy_error err = {0};
    airy_retrieve_step retrieve;
    airy_retrieve_found found = {0};
    airy_average_step average;
    airy_average_result image = {0};
    const char *inputs[] = {argc == 4 ? argv[1] : NULL};
    if (argc != 4)
        return 2;
    airy_call call = {.name = "phase", .version = "1", .commit = "-", .line = "phase", .say = say};
    call.parameters = call.libraries = "", call.transforms = airy_fft_library();
    call.n_inputs = 1, call.inputs = inputs, call.output = argv[2], call.seeded = true;
    airy_retrieve_step_begin(&retrieve, &call);
    retrieve.method = 1; // images by projections alone
    retrieve.iterations = 100, retrieve.options.starts = 4, retrieve.options.generations = 1;
    retrieve.resume = true;
    airy_code code = airy_retrieve_step_read(&retrieve, &err);
    if (code == AIRY_OK)
        code = airy_retrieve_do(&call, &retrieve, &found, &err);
    airy_average_step_defaults(&average);
    inputs[0] = argv[2], call.output = argv[3];
    if (code == AIRY_OK)
        code = airy_average_step_run(&call, &average, &image, &err);
    if (code == AIRY_OK)
        printf("R %.4f of %d images\n", image.quality.score.r_factor, image.best);
    else
        fprintf(stderr, "%s\n", err.message);
    airy_average_result_release(&image);
    airy_retrieve_found_release(&found);
    airy_retrieve_step_release(&retrieve);
    return code != AIRY_OK;
}
