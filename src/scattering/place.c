// SPDX-License-Identifier: GPL-3.0-or-later
// Where the detector of some frames stands: by a .poni file, or by numbers.
#include "airy/scattering.h"
#include "place.h"

#include <stdlib.h>

static airy_code read_poni(const airy_rings_step *step, int ny, int nx, airy_pose *pose,
                           airy_error *err)
{
    char *text = NULL;
    airy_code code = airy_file_read_text(step->poni, &text, err);
    if (code == AIRY_OK)
        code = airy_pose_poni(pose, text, step->poni, ny, nx, err);
    free(text);
    return code;
}

// Numbers that a square detector wants and nobody stated.
static airy_code need_numbers(const airy_rings_step *step, const airy_setup *setup, airy_error *err)
{
    const struct {
        double value;
        const char *what, *option;
    } rows[] = {{setup->pitch_m, "the side of a pixel", "--pixel"},
                {setup->distance_m, "the distance of the detector", "--distance"},
                {step->wavelength_a > 0 ? 1 : setup->energy_ev, "the photon energy", "--energy"}};
    for (int i = 0; i < 3; i++)
        if (!(rows[i].value > 0))
            return airy_error_set(err, AIRY_EVALUE, "%s is not stated: %s, or --poni, gives it",
                                  rows[i].what, rows[i].option);
    return airy_setup_check(setup, AIRY_FOR_RINGS, err);
}

airy_code airy_rings_pose(const airy_rings_step *step, const airy_pattern *at, int ny, int nx,
                          airy_pose *pose, airy_error *err)
{
    airy_code code = AIRY_OK;
    if (!step->poni && !at->has_center)
        return airy_error_set(err, AIRY_EVALUE,
                              "nothing says where the beam hits: --beam X,Y, --poni or a "
                              "--geometry that does is needed");
    if (step->poni)
        code = read_poni(step, ny, nx, pose, err);
    else if (step->per_pixel > 0)
        *pose = airy_pose_plane(airy_radial_to_q(step->integrate.unit, step->per_pixel, 1),
                                at->center_y, at->center_x);
    else if ((code = need_numbers(step, &at->setup, err)) == AIRY_OK)
        *pose = airy_pose_square(&at->setup, at->center_y, at->center_x);
    if (code == AIRY_OK && step->photons.calibrate.energy_ev > 0)
        pose->energy_ev = step->photons.calibrate.energy_ev;
    if (code == AIRY_OK && step->wavelength_a > 0)
        pose->energy_ev = airy_energy_of_wavelength(step->wavelength_a);
    if (code == AIRY_OK && step->poni && !(pose->energy_ev > 0))
        pose->energy_ev = at->setup.energy_ev;
    if (code == AIRY_OK && step->tilt_deg != 0)
        code = airy_pose_tilt(pose, step->tilt_deg, step->toward_deg, err);
    if (code == AIRY_OK)
        airy_pose_flip(pose, ny, nx, step->flip_rows, step->flip_columns);
    return code;
}
