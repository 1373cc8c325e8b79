// SPDX-License-Identifier: GPL-3.0-or-later
// The update rules. u is the iterate, p = P_M u, P_S the support's box, R = 2 P - 1.
#include "retrieval/rules.h"

#include <string.h>

// u' = P_S p.
static void step_er(airy_engine *e, const airy_pace *pace)
{
    (void)pace;
    airy_engine_project_data(e, AIRY_ITERATE, AIRY_DATA);
    airy_engine_blend(e, AIRY_DATA, (airy_blend){.s = 1, .a = 1}, AIRY_ITERATE);
}

// u' = p where p is allowed, u - beta p elsewhere.
static void step_hio(airy_engine *e, const airy_pace *pace)
{
    airy_engine_project_data(e, AIRY_ITERATE, AIRY_DATA);
    airy_engine_feedback(e, pace->beta);
}

// u' = beta/2 (R_S R_M + 1) u + (1 - beta) p. With R_M u = 2p - u this is
// beta (P_S(2p - u) + u) + (1 - 2 beta) p.
static void step_raar(airy_engine *e, const airy_pace *pace)
{
    double beta = pace->beta;
    airy_engine_project_data(e, AIRY_ITERATE, AIRY_DATA);
    airy_engine_blend(e, AIRY_DATA,
                      (airy_blend){.s = beta, .a = 2, .b = -1, .c = 1 - 2 * beta, .d = beta},
                      AIRY_ITERATE);
}

// u' = u + beta (P_S f_M u - P_M f_S u), f_M = (1 + 1/beta) P_M - 1/beta, f_S = (1 - 1/beta) P_S +
// 1/beta. At beta = 1, f_S u = u and one projection serves both terms.
static void step_dm(airy_engine *e, const airy_pace *pace)
{
    double beta = pace->beta, gamma = 1 / beta;
    airy_engine_project_data(e, AIRY_ITERATE, AIRY_DATA);
    airy_engine_blend(e, AIRY_DATA, (airy_blend){.s = 1 - gamma, .b = 1, .d = gamma}, AIRY_EXTRA);
    if (beta != 1)
        airy_engine_project_data(e, AIRY_EXTRA, AIRY_EXTRA);
    else
        airy_engine_blend(e, AIRY_DATA, (airy_blend){.c = 1}, AIRY_EXTRA);
    airy_engine_blend(e, AIRY_DATA, (airy_blend){.s = beta, .a = 1 + gamma, .b = -gamma, .d = 1},
                      AIRY_ITERATE);
    airy_engine_blend(e, AIRY_EXTRA, (airy_blend){.c = -beta, .d = 1}, AIRY_ITERATE);
}

// u' = 1/2 (R_S (R_M + (beta - 1) P_M) + 1 + (1 - beta) P_M) u = P_S((1 + beta) p - u) + u - beta
// p.
static void step_hpr(airy_engine *e, const airy_pace *pace)
{
    airy_engine_project_data(e, AIRY_ITERATE, AIRY_DATA);
    airy_engine_blend(e, AIRY_DATA,
                      (airy_blend){.s = 1, .a = 1 + pace->beta, .b = -1, .c = -pace->beta, .d = 1},
                      AIRY_ITERATE);
}

// u' = 1/2 (R_S R_M + 1) u = P_S(2p - u) + u - p.
static void step_asr(airy_engine *e, const airy_pace *pace)
{
    (void)pace;
    airy_engine_project_data(e, AIRY_ITERATE, AIRY_DATA);
    airy_engine_blend(e, AIRY_DATA, (airy_blend){.s = 1, .a = 2, .b = -1, .c = -1, .d = 1},
                      AIRY_ITERATE);
}

// HIO, and what is outside the support is smoothed.
static void step_oss(airy_engine *e, const airy_pace *pace)
{
    step_hio(e, pace);
    airy_engine_smooth_outside(e);
}

// u' = p where p is allowed, beta p elsewhere: what hio has left outside is pushed in.
static void step_push(airy_engine *e, const airy_pace *pace)
{
    double beta = pace->beta;
    airy_engine_project_data(e, AIRY_ITERATE, AIRY_DATA);
    airy_engine_blend(e, AIRY_DATA, (airy_blend){.s = 1 - beta, .a = 1, .c = beta}, AIRY_ITERATE);
}

static void step_gps(airy_engine *e, const airy_pace *pace)
{
    airy_engine_gps_step(e, pace->gps);
}

// u' = P_S of a scoring step of the Poisson likelihood: P_M with half the pull towards 0 where the
// detector counted less than the model expects.
static void step_ml(airy_engine *e, const airy_pace *pace)
{
    (void)pace;
    airy_engine_project_likelihood(e, AIRY_ITERATE, AIRY_DATA);
    airy_engine_blend(e, AIRY_DATA, (airy_blend){.s = 1, .a = 1}, AIRY_ITERATE);
}

static const airy_rule rules[] = {
    {{"er", "error reduction", "Fienup, Appl. Opt. 21, 2758 (1982)"}, .step = step_er},
    {{"hio", "hybrid input-output", "Fienup, Appl. Opt. 21, 2758 (1982)"}, .step = step_hio},
    {{"raar", "relaxed averaged alternating reflections", "Luke, Inverse Problems 21, 37 (2005)"},
     .step = step_raar},
    {{"dm", "difference map", "Elser, J. Opt. Soc. Am. A 20, 40 (2003)"}, .step = step_dm},
    {{"hpr", "hybrid projection reflection",
      "Bauschke, Combettes and Luke, J. Opt. Soc. Am. A 20, 1025 (2003)"},
     .step = step_hpr},
    {{"asr", "averaged successive reflections",
      "Bauschke, Combettes and Luke, J. Opt. Soc. Am. A 19, 1334 (2002)"},
     .step = step_asr},
    {{"oss", "oversampling smoothness", "Rodriguez et al., J. Appl. Cryst. 46, 312 (2013)"},
     .smoothing = AIRY_SMOOTH_FOURIER,
     .alpha_first = 2,
     .alpha_last = 0.02,
     .step = step_oss},
    {{"gps-r", "generalised proximal smoothing, dual smooth in real space",
      "Pham et al., Opt. Express 27, 2792 (2019)"},
     .primal_dual = true,
     .smoothing = AIRY_SMOOTH_FOURIER,
     .alpha_first = 4,
     .alpha_last = 0.4,
     .step = step_gps},
    {{"gps-f", "generalised proximal smoothing, dual smooth in Fourier space",
      "Pham et al., Opt. Express 27, 2792 (2019)"},
     .primal_dual = true,
     .smoothing = AIRY_SMOOTH_REAL,
     .alpha_first = 4,
     .alpha_last = 0.4,
     .step = step_gps},
    {{"push", "boundary push, for a last stage of hio or raar",
      "Chen, Miao, Wang and Lee, Phys. Rev. B 76, 064113 (2007)"},
     .step = step_push},
    {{"ml", "Poisson likelihood, for a last stage",
      "Thibault and Guizar-Sicairos, New J. Phys. 14, 063004 (2012)"},
     .last_counts = true,
     .step = step_ml},
};
enum { RULES = sizeof rules / sizeof rules[0] };

const airy_rule *airy_rule_get(int i)
{
    return &rules[i];
}

int airy_rule_count(void)
{
    return RULES;
}

const airy_rule_row *airy_rule_about(int i)
{
    return &rules[i].about;
}

int airy_rule_find(const char *name)
{
    for (int i = 0; i < RULES; i++)
        if (strcmp(rules[i].about.name, name) == 0)
            return i;
    return -1;
}
