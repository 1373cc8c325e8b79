// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers of differences and bands, as files and tables have them.
#include "airy/density.h"

static const airy_number channels[] = {
    AIRY_NUMBER(airy_channel, area_nm2, "area_nm2", "nm^2", "of a connected region"),
    AIRY_NUMBER(airy_channel, x_nm, "x_nm", "nm", "center of area, from the particle's"),
    AIRY_NUMBER(airy_channel, y_nm, "y_nm", "nm", "y up"),
    AIRY_NUMBER(airy_channel, span_nm, "span_nm", "nm", "largest extent"),
};
const airy_described airy_channel_numbers = AIRY_DESCRIBED("bands.h5 channels", channels);

static const airy_number angles[] = {
    AIRY_NUMBER(airy_angles, length_nm, "band_length_nm", "nm", "of all branches"),
    AIRY_NUMBER(airy_angles, mean_deg, "mean_deg", "degrees",
                "axial mean of the unfolded directions, weighted by length"),
    AIRY_NUMBER(airy_angles, concentration, "concentration", "1",
                "resultant length of doubled angles, 0 to 1"),
    AIRY_NUMBER(airy_angles, folded_mean_deg, "folded_mean_deg", "degrees",
                "mean of the folded angles"),
    AIRY_NUMBER(airy_angles, folded_sd_deg, "folded_sd_deg", "degrees", "their spread"),
    AIRY_NUMBER(airy_angles, folded_mean_error_deg, "folded_mean_err_deg", "degrees",
                "error of the mean"),
    AIRY_NUMBER(airy_angles, fraction_20_40, "fraction_20_40", "1",
                "share of length at 20 to 40 degrees"),
    AIRY_NUMBER(airy_angles, fraction_20_40_error, "fraction_20_40_error", "1",
                "by bootstrap over branches"),
    AIRY_NUMBER(airy_angles, rayleigh_z, "rayleigh_z", "1", "Rayleigh's test of uniformity"),
    AIRY_NUMBER(airy_angles, rayleigh_p, "rayleigh_p", "1", "its probability"),
    AIRY_NUMBER(airy_angles, kuiper, "kuiper", "1", "Kuiper's statistic against uniform"),
};
const airy_described airy_angles_numbers = AIRY_DESCRIBED("bands.h5", angles);

static const airy_number bands[] = {
    AIRY_NUMBER(airy_bands, n, "n_branches", "1", "branches of the skeleton"),
    AIRY_NUMBER(airy_bands, n_channels, "n_channels", "1", "connected regions"),
    AIRY_NUMBER(airy_bands, region_nm2, "region_nm2", "nm^2", "area of all regions"),
    AIRY_NUMBER(airy_bands, level, "valley_level", "1", "depth of valleys at which regions end"),
    AIRY_NUMBER(airy_bands, scale_nm, "scale_nm", "nm", "smoothing, as used"),
    AIRY_NUMBER(airy_bands, resolution_nm, "resolution_nm", "nm", "as used"),
    AIRY_NUMBER(airy_bands, min_length_nm, "min_length_nm", "nm", "of a branch, as used"),
    AIRY_NUMBER(airy_bands, bend_nm, "bend_nm", "nm", "where paths are cut, as used"),
    AIRY_NUMBER(airy_bands, edge_nm, "edge_nm", "nm", "left out at the rim, as used"),
};
const airy_described airy_bands_numbers = AIRY_DESCRIBED("bands.h5", bands);

static const airy_number turns[] = {
    AIRY_NUMBER(airy_turns, n, "turns", "1", "copies turned between 0 and 180 degrees"),
    AIRY_NUMBER(airy_turns, branches, "turned_branches", "1", "mean number in them"),
    AIRY_NUMBER(airy_turns, length_nm, "turned_length_nm", "nm", "mean length of their branches"),
    AIRY_NUMBER(airy_turns, fraction_20_40, "turned_fraction_20_40", "1",
                "mean share of length at 20 to 40 degrees: what chance alignment gives"),
    AIRY_NUMBER(airy_turns, fraction_20_40_sd, "turned_fraction_20_40_sd", "1", "its spread"),
    AIRY_NUMBER(airy_turns, p, "turned_p", "1", "chance of at least the observed share"),
};
const airy_described airy_turns_numbers = AIRY_DESCRIBED("bands.h5", turns);

static const airy_number uniformity[] = {
    AIRY_NUMBER(airy_uniformity, draws, "isotropic", "1", "images drawn of isotropic bands"),
    AIRY_NUMBER(airy_uniformity, fraction_20_40, "corrected_fraction_20_40", "1",
                "share at 20 to 40 degrees over what isotropic bands give"),
    AIRY_NUMBER(airy_uniformity, p_concentration, "isotropic_p_concentration", "1",
                "share of draws at least as concentrated"),
    AIRY_NUMBER(airy_uniformity, p_kuiper, "isotropic_p_kuiper", "1",
                "share of draws at least as uneven"),
    AIRY_NUMBER(airy_uniformity, p_fraction, "isotropic_p_20_40", "1",
                "share of draws with as much at 20 to 40 degrees"),
};
const airy_described airy_uniformity_numbers = AIRY_DESCRIBED("bands.h5", uniformity);

static const airy_number areas[] = {
    AIRY_NUMBER_NM(airy_areas, low, 2, "a_low_nm2", "area where D lies below the threshold"),
    AIRY_NUMBER_NM(airy_areas, low_error, 2, "a_low_error_nm2", "its error"),
    AIRY_NUMBER_NM(airy_areas, high, 2, "a_high_nm2", "area where D lies above it"),
    AIRY_NUMBER_NM(airy_areas, high_error, 2, "a_high_error_nm2", "its error"),
    AIRY_NUMBER_NM(airy_areas, total, 2, "a_total_nm2", "area of the body"),
    AIRY_NUMBER_NM(airy_areas, total_error, 2, "a_total_error_nm2", "its error"),
    AIRY_NUMBER(airy_areas, fraction, "low_fraction", "1", "a_low / a_total"),
    AIRY_NUMBER(airy_areas, fraction_error, "low_fraction_error", "1", "its error, of three parts"),
    AIRY_NUMBER(airy_areas, fraction_noise, "low_fraction_noise", "1", "the part of noise"),
    AIRY_NUMBER(airy_areas, fraction_model, "low_fraction_model", "1", "the part of the body"),
    AIRY_NUMBER(airy_areas, fraction_undecided, "low_fraction_undecided", "1",
                "the part of pixels near the threshold"),
    AIRY_NUMBER(airy_areas, fraction_redrawn, "low_fraction_redrawn", "1",
                "the part of images of redrawn photons"),
    AIRY_NUMBER(airy_areas, fraction_rivals, "low_fraction_rivals", "1",
                "the part of images that are as likely"),
};
const airy_described airy_areas_numbers = AIRY_DESCRIBED("diff.h5", areas);

static const airy_number depths[] = {
    AIRY_NUMBER(airy_areas, low_depth, "low_depth", "1", "mean of -D where it is low"),
    AIRY_NUMBER(airy_areas, low_depth_error, "low_depth_error", "1", "its error"),
    AIRY_NUMBER(airy_areas, high_depth, "high_depth", "1", "mean of D where it is high"),
    AIRY_NUMBER(airy_areas, high_depth_error, "high_depth_error", "1", "its error"),
    AIRY_NUMBER(airy_areas, tau, "tau", "1", "threshold"),
    AIRY_NUMBER(airy_areas, sigma, "sigma", "1", "median error of D inside the body"),
};
const airy_described airy_depths_numbers = AIRY_DESCRIBED("diff.h5", depths);

static const airy_number at_sigma[] = {
    AIRY_NUMBER_NM(airy_areas, low, 2, "a_low_sigma_nm2", "area below, at --sigma of each pixel"),
    AIRY_NUMBER_NM(airy_areas, high, 2, "a_high_sigma_nm2", "area above it"),
    AIRY_NUMBER(airy_areas, fraction, "low_fraction_sigma", "1", "their share"),
    AIRY_NUMBER(airy_areas, low_depth, "low_depth_sigma", "1", "mean of -D there"),
};
const airy_described airy_areas_sigma_numbers = AIRY_DESCRIBED("diff.h5", at_sigma);

static const airy_number spheroid[] = {
    AIRY_NUMBER_NM(airy_body, r_par, 1, "radius_par_nm", "of the spheroid along the polarisation"),
    AIRY_NUMBER_NM(airy_body, r_par_error, 1, "radius_par_error_nm", "its error"),
    AIRY_NUMBER_NM(airy_body, r_perp, 1, "radius_perp_nm", "across it"),
    AIRY_NUMBER_NM(airy_body, r_perp_error, 1, "radius_perp_error_nm", "its error"),
    AIRY_NUMBER(airy_body, axis_deg, "axis_deg", "degrees", "direction of par"),
};
const airy_described airy_spheroid_numbers = AIRY_DESCRIBED("diff.h5", spheroid);

static const airy_number body[] = {
    AIRY_NUMBER(airy_body, y, "center_y", "pixels", "of the body that was subtracted"),
    AIRY_NUMBER(airy_body, y_error, "center_y_error", "pixels", "its error"),
    AIRY_NUMBER(airy_body, x, "center_x", "pixels", "of the body"),
    AIRY_NUMBER(airy_body, x_error, "center_x_error", "pixels", "its error"),
    AIRY_NUMBER(airy_body, kind, "body_kind", "1", "0: sphere, 1: spheroid"),
    AIRY_NUMBER(airy_body, axis_deg, "body_axis_deg", "degrees", "direction of the body's par"),
    AIRY_NUMBER_NM(airy_body, r_par, 1, "body_radius_par_nm", "of the body along its axis"),
    AIRY_NUMBER_NM(airy_body, r_par_error, 1, "body_radius_par_error_nm", "its error"),
    AIRY_NUMBER_NM(airy_body, r_perp, 1, "body_radius_perp_nm", "of the body across it"),
    AIRY_NUMBER_NM(airy_body, r_perp_error, 1, "body_radius_perp_error_nm", "its error"),
    AIRY_NUMBER(airy_body, rho0, "body_rho0", "1", "its density, in units of the image"),
    AIRY_NUMBER(airy_body, rho0_error, "body_rho0_error", "1", "its error"),
    AIRY_NUMBER_NM(airy_body, blur, 1, "body_blur_nm", "standard deviation of the image's blur"),
    AIRY_NUMBER_NM(airy_body, blur_error, 1, "body_blur_error_nm", "its error"),
    AIRY_NUMBER(airy_body, by_rim, "body_by_rim", "1", "1: fitted by the rim alone"),
    AIRY_NUMBER(airy_body, residual, "residual", "1", "of the fit, relative"),
};
const airy_described airy_body_numbers = AIRY_DESCRIBED("diff.h5", body);
