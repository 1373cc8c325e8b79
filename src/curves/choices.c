// SPDX-License-Identifier: GPL-3.0-or-later
// Reads "tau=3", "beta=0.2:1" and names of models.
#include "fits.h"
#include "choices.h"

#include <math.h>
#include <string.h>

// One "name=text" of a list; text NULL where only names stand.
typedef struct request {
    char name[64], text[128];
} request;

// What a word does to a parameter.
typedef airy_code change(airy_fit_choice *choice, const request *word, airy_error *err);

static airy_code fix(airy_fit_choice *choice, const request *word, airy_error *err)
{
    choice->held = true;
    return airy_text_double(word->text, &choice->value, err);
}

static airy_code start(airy_fit_choice *choice, const request *word, airy_error *err)
{
    choice->held = false;
    return airy_text_double(word->text, &choice->value, err);
}

static airy_code set_free(airy_fit_choice *choice, const request *word, airy_error *err)
{
    (void)err;
    (void)word;
    choice->held = false;
    choice->value = NAN;
    return AIRY_OK;
}

// "1:100", "1:", ":100".
static airy_code bound(airy_fit_choice *choice, const request *word, airy_error *err)
{
    char low[128];
    const char *colon = strchr(word->text, ':');
    if (!colon)
        return airy_error_set(err, AIRY_EARGUMENT, "'%s' is no range LOW:HIGH", word->text);
    memcpy(low, word->text, (size_t)(colon - word->text));
    low[colon - word->text] = '\0';
    airy_code code = low[0] ? airy_text_double(low, &choice->low, err) : AIRY_OK;
    if (code == AIRY_OK && colon[1])
        code = airy_text_double(colon + 1, &choice->high, err);
    return code;
}

// Every kind of word: which of the options, what it is called in sentences, what it does.
static const struct kind {
    size_t at;
    const char *what;
    change *change;
    bool named; // only a name, no "="
} kinds[] = {
    {offsetof(airy_curves_options, free), "a parameter to free", set_free, true},
    {offsetof(airy_curves_options, bound), "NAME=LOW:HIGH", bound, false},
    {offsetof(airy_curves_options, start), "NAME=NUMBER", start, false},
    {offsetof(airy_curves_options, fix), "NAME=NUMBER", fix, false},
};

// Cuts the next word from a list with commas; *from moves on.
static airy_code cut(const char **from, const struct kind *kind, request *to, airy_error *err)
{
    size_t length = strcspn(*from, ","), name = strcspn(*from, ",=");
    bool equals = name < length;
    if (name == 0 || name >= sizeof to->name || length - name >= sizeof to->text ||
        equals == kind->named)
        return airy_error_set(err, AIRY_EARGUMENT, "'%s' is not %s", *from, kind->what);
    memcpy(to->name, *from, name);
    to->name[name] = '\0';
    to->text[0] = '\0';
    if (equals) {
        memcpy(to->text, *from + name + 1, length - name - 1);
        to->text[length - name - 1] = '\0';
    }
    *from += length + ((*from)[length] == ',');
    return AIRY_OK;
}

static airy_code no_such(const request *word, const airy_fit_model *model, airy_error *err)
{
    airy_text names = {0};
    for (int k = 0; k < model->np; k++)
        airy_text_append(&names, "%s%s", k ? " " : "", model->parameter[k].name);
    airy_error_set(err, AIRY_EARGUMENT, "%s has no parameter '%s'; it has: %s", model->name,
                   word->name, names.text ? names.text : "");
    airy_text_release(&names);
    return AIRY_EARGUMENT;
}

static airy_code apply(const struct kind *kind, const request *word,
                       const airy_fit_model *const *models, int n, airy_fit_options *fit,
                       airy_error *err)
{
    bool known = false;
    airy_code code = AIRY_OK;
    for (int m = 0; code == AIRY_OK && m < n; m++) {
        int k = airy_fit_model_parameter(models[m], word->name);
        if (k < 0)
            continue;
        known = true;
        code = kind->change(&fit[m].choice[k], word, err);
        if (code != AIRY_OK)
            airy_error_prefix(err, "%s", word->name);
    }
    return code != AIRY_OK || known ? code : no_such(word, models[0], err);
}

static airy_code read_words(const airy_curves_options *options, const struct kind *kind,
                            const airy_fit_model *const *models, int n, airy_fit_options *fit,
                            airy_error *err)
{
    const airy_curves_words *words =
        (const airy_curves_words *)(const void *)((const char *)options + kind->at);
    airy_code code = AIRY_OK;
    for (int i = 0; i < words->n; i++)
        for (const char *from = words->text[i]; code == AIRY_OK && *from;) {
            request word;
            code = cut(&from, kind, &word, err);
            if (code == AIRY_OK)
                code = apply(kind, &word, models, n, fit, err);
        }
    return code;
}

static airy_code add_model(const char *name, const airy_fit_model **models, int *n, airy_error *err)
{
    const airy_fit_model *model = airy_fit_model_find(name);
    if (!model)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "there is no model '%s'; --list-models lists them", name);
    for (int i = 0; i < *n; i++)
        if (models[i] == model)
            return airy_error_set(err, AIRY_EARGUMENT, "%s is no rival of itself", name);
    if (*n == AIRY_CURVES_MODELS)
        return airy_error_set(err, AIRY_EARGUMENT, "at most %d models can be compared",
                              AIRY_CURVES_MODELS);
    models[(*n)++] = model;
    return AIRY_OK;
}

static airy_code read_models(const airy_curves_options *options, const airy_fit_model **models,
                             int *n, airy_error *err)
{
    const char *at = options->against;
    if (!options->model)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "which model is to be fitted? --list-models lists them");
    airy_code code = add_model(options->model, models, n, err);
    while (code == AIRY_OK && at && *at) {
        char name[64];
        size_t length = strcspn(at, ",");
        size_t kept = length < sizeof name - 1 ? length : sizeof name - 1;
        memcpy(name, at, kept);
        name[kept] = '\0';
        code = add_model(name, models, n, err);
        at += length + (at[length] == ',');
    }
    return code;
}

airy_code airy_choices_read(const airy_curves_options *options,
                            const airy_fit_model *models[AIRY_CURVES_MODELS], airy_fit_options *fit,
                            int *n, airy_error *err)
{
    *n = 0;
    airy_code code = read_models(options, models, n, err);
    for (int m = 0; code == AIRY_OK && m < *n; m++) {
        airy_fit_options_defaults(models[m], &fit[m]);
        fit[m].scale = options->scale;
        if (options->scale == AIRY_FIT_HABIT) // of rivals: that of the first
            fit[m].scale = models[0]->logarithmic ? AIRY_FIT_LOG : AIRY_FIT_LINEAR;
        fit[m].limits = options->limits;
        fit[m].level = options->level;
        fit[m].rescale = options->rescale;
        fit[m].draws = options->draws;
        fit[m].block = options->block;
        fit[m].seed = options->seed;
    }
    for (size_t i = 0; code == AIRY_OK && i < sizeof kinds / sizeof *kinds; i++)
        code = read_words(options, &kinds[i], models, *n, fit, err);
    for (int m = 0; code == AIRY_OK && m < *n; m++)
        code = airy_fit_options_check(models[m], &fit[m], err);
    return code;
}
