// SPDX-License-Identifier: GPL-3.0-or-later
// The control series: gold spheres of 100 nm, which melt without a dormant stage. As published for
// such particles (Ihm et al., Nat. Commun. 10, 2411, 2019, and insets beside the glass's curves),
// radius and low-density area only grow, and the low area's share of the whole falls steadily. The
// numbers are ours:
//
//   radius: 0.6 nm/ps, the same in all directions and at all times.
//   low and dense spots anywhere, with no regard to the polarisation, ever deeper up to 20 ps;
//   share of the area that is low 0.55 at first and 0.45 at 20 ps and after, in a straight line.
#include "simulate/particles.h"

#include <math.h>

#include "simulate/places.h"

#define REFERENCE_NM 100.0
#define RATE 0.6 // nm/ps
#define END_PS 20.0
#define SHARE_FIRST 0.55
#define SHARE_LAST 0.45
#define APART 0.3 // spots, in radii

enum { LOW = 7, DENSE = 7 };

static void au100_radii(double delay_ps, double growth, double *par, double *perp)
{
    *par = *perp = REFERENCE_NM / 2 + growth * RATE * fmax(0, delay_ps);
}

static void au100_structure(const airy_particles *series, double delay_ps, double growth,
                            airy_phantom *phantom, airy_random *random)
{
    airy_feature spot[LOW + DENSE];
    double apart[LOW + DENSE], done = fmax(0, fmin(1, delay_ps / END_PS));
    for (int i = 0; i < LOW + DENSE; i++) {
        spot[i] = (airy_feature){0};
        apart[i] = APART;
    }
    airy_features_place(spot, apart, LOW + DENSE, random);
    for (int i = 0; i < LOW + DENSE; i++) {
        double x = spot[i].x0 * phantom->radius_par_nm, y = spot[i].y0 * phantom->radius_perp_nm;
        double depth = (0.05 + 0.2 * done) * (0.7 + 0.6 * airy_random_uniform(random));
        phantom->feature[phantom->n++] = (airy_feature){x,
                                                        y,
                                                        x,
                                                        y,
                                                        15 * series->diameter_nm / REFERENCE_NM,
                                                        growth * (i < LOW ? depth : -depth)};
    }
    airy_phantom_meet_share(phantom, SHARE_FIRST + done * (SHARE_LAST - SHARE_FIRST));
}

const particles_kind airy_au100_kind = {REFERENCE_NM, {END_PS}, 1, au100_radii, au100_structure};
