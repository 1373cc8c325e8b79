// SPDX-License-Identifier: GPL-3.0-or-later
// Gain files of single modules, one behind the other.
#include "gain_binary.h"
#include "files/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIXELS = AIRY_MODULE_NY * AIRY_MODULE_NX, MODULES_MOST = AIRY_SIDE_MAX / AIRY_MODULE_NY };

bool airy_gain_binary_is(const char *spec)
{
    return airy_text_ends(spec, ".bin");
}

const int *airy_gain_planes(int count, bool high_gain)
{
    static const int of[7][2][AIRY_GAINS] = {
        [3] = {{0, 1, 2}, {0, 1, 2}}, [4] = {{0, 1, 2}, {3, 1, 2}}, [6] = {{0, 1, 2}, {3, 4, 5}}};
    return count == 3 || count == 4 || count == 6 ? of[count][high_gain] : NULL;
}

// Planes in an open file, by its length; 0 when it cannot be one of ours.
static int count_planes(FILE *file)
{
    long long whole = (long long)PIXELS * (long long)sizeof(double);
    long long length = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    long long planes = length > 0 && length % whole == 0 ? length / whole : 0;
    return planes <= 6 && airy_gain_planes((int)planes, false) ? (int)planes : 0;
}

static airy_code read_plane(FILE *file, const char *path, int plane, float *to, airy_error *err)
{
    double row[AIRY_MODULE_NX];
    bool good = fseek(file, (long)plane * PIXELS * (long)sizeof *row, SEEK_SET) == 0;
    for (int y = 0; y < AIRY_MODULE_NY && good; y++) {
        good = fread(row, sizeof *row, AIRY_MODULE_NX, file) == AIRY_MODULE_NX;
        for (int x = 0; x < AIRY_MODULE_NX && good; x++)
            to[y * AIRY_MODULE_NX + x] = (float)row[x];
    }
    return good ? AIRY_OK : airy_error_set(err, AIRY_EIO, "%s cannot be read to its end", path);
}

static airy_code read_module(const char *path, int m, bool high_gain, airy_stack *gain,
                             airy_error *err)
{
    airy_error local = {0};
    FILE *file = airy_file_open(path, &local);
    if (!file)
        return airy_error_set(err, local.code, "%s", local.message);
    const int *planes = airy_gain_planes(count_planes(file), high_gain);
    airy_code code = AIRY_OK;
    if (!planes)
        code = airy_error_set(err, AIRY_EFORMAT,
                              "%s does not have the length of 3, 4 or 6 planes of %d x %d float64",
                              path, AIRY_MODULE_NY, AIRY_MODULE_NX);
    for (int g = 0; g < AIRY_GAINS && code == AIRY_OK; g++)
        code = read_plane(file, path, planes[g], airy_stack_image(gain, g).px + m * PIXELS, err);
    fclose(file);
    return code;
}

airy_code airy_gain_binary_read(const char *spec, bool high_gain, airy_stack *gain, airy_error *err)
{
    int modules = 1, m = 0;
    char *names = airy_text_copy(spec), *rest = NULL;
    for (const char *at = spec; *at; at++)
        modules += *at == ',';
    airy_code code = names ? AIRY_OK : airy_error_set(err, AIRY_EMEMORY, "no memory for names");
    if (code == AIRY_OK && modules > MODULES_MOST)
        code = airy_error_set(err, AIRY_ESHAPE, "%d gain files, at most %d modules can be read",
                              modules, MODULES_MOST);
    if (code == AIRY_OK)
        code = airy_stack_init(gain, AIRY_GAINS, modules * AIRY_MODULE_NY, AIRY_MODULE_NX, err);
    for (char *name = names ? strtok_r(names, ",", &rest) : NULL; name && code == AIRY_OK;
         name = strtok_r(NULL, ",", &rest))
        code = read_module(name, m++, high_gain, gain, err);
    if (code == AIRY_OK && m < modules)
        code = airy_error_set(err, AIRY_EARGUMENT, "%s: an empty name among the gain files", spec);
    free(names);
    if (code != AIRY_OK)
        airy_stack_release(gain);
    return code;
}
