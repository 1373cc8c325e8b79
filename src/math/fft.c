// SPDX-License-Identifier: GPL-3.0-or-later
// FFTW behind one lock: plans made on scratch memory, executed on the caller's buffers.
//
// FFTW keeps the wisdom of every plan it ever made and lets it into later ESTIMATE plans, so the
// bits of a result would depend on what was planned before. Here each planning starts from no
// wisdom, or from exactly the wisdom given.
#include "fft.h"

#include <assert.h>
#include <fftw3.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// FFTW's planner is global and not thread-safe; this lock is its only guard.
static pthread_mutex_t planner = PTHREAD_MUTEX_INITIALIZER;

struct airy_fft {
    int ny, nx;
    fftwf_plan forward_real, backward_real, forward, backward;
};

struct airy_fft_line {
    int n;
    fftwf_plan forward, backward;
};

// Destroys the plans; the caller holds the lock.
static void forget_plans(airy_fft *fft)
{
    fftwf_plan plans[] = {fft->forward_real, fft->backward_real, fft->forward, fft->backward};
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++)
        if (plans[i])
            fftwf_destroy_plan(plans[i]);
}

// Makes the four plans; MEASURE overwrites its arrays, so they are scratch. The caller holds the
// lock. False without memory.
static bool make_plans(void *handle, unsigned flags)
{
    airy_fft *fft = handle;
    int ny = fft->ny, nx = fft->nx;
    size_t count = (size_t)ny * (size_t)nx;
    float *real = airy_memory_new(count, sizeof *real);
    float complex *a = airy_memory_new(count + (size_t)ny, sizeof *a); // holds a half plane as well
    float complex *b = airy_memory_new(count, sizeof *b);
    bool memory = real && a && b;
    if (memory) {
        fft->forward_real = fftwf_plan_dft_r2c_2d(ny, nx, real, a, flags);
        fft->backward_real = fftwf_plan_dft_c2r_2d(ny, nx, a, real, flags);
        fft->forward = fftwf_plan_dft_2d(ny, nx, a, b, FFTW_FORWARD, flags);
        fft->backward = fftwf_plan_dft_2d(ny, nx, a, b, FFTW_BACKWARD, flags);
    }
    airy_memory_free(real);
    airy_memory_free(a);
    airy_memory_free(b);
    return memory;
}

static bool complete(const airy_fft *fft)
{
    return fft->forward_real && fft->backward_real && fft->forward && fft->backward;
}

static bool make_line_plans(void *handle, unsigned flags)
{
    airy_fft_line *line = handle;
    float complex *a = airy_memory_new((size_t)line->n, sizeof *a);
    float complex *b = airy_memory_new((size_t)line->n, sizeof *b);
    bool memory = a && b;
    if (memory) {
        line->forward = fftwf_plan_dft_1d(line->n, a, b, FFTW_FORWARD, flags);
        line->backward = fftwf_plan_dft_1d(line->n, a, b, FFTW_BACKWARD, flags);
    }
    airy_memory_free(a);
    airy_memory_free(b);
    return memory;
}

// What a planning is to make, for sentences, and how.
struct wanted {
    bool (*make)(void *handle, unsigned flags);
    void *handle;
    int ny, nx;
};

// Makes plans with the wisdom given, or with none.
static airy_code plan(const struct wanted *wanted, const char *wisdom, airy_error *err)
{
    pthread_mutex_lock(&planner);
    fftwf_forget_wisdom();
    bool known = !wisdom || fftwf_import_wisdom_from_string(wisdom) == 1;
    bool memory = !known || wanted->make(wanted->handle,
                                         wisdom ? FFTW_MEASURE | FFTW_WISDOM_ONLY : FFTW_ESTIMATE);
    fftwf_forget_wisdom();
    pthread_mutex_unlock(&planner);
    if (!known)
        return airy_error_set(err, AIRY_EFORMAT, "the FFT wisdom is not text that %s can read",
                              airy_fft_library());
    if (!memory)
        return airy_error_set(err, AIRY_EMEMORY, "no memory to plan a transform of %d x %d",
                              wanted->ny, wanted->nx);
    return AIRY_OK;
}

// Plans that are not there, though there was memory: not in the wisdom, or too large for FFTW.
static void refuse_plans(const char *wisdom, int ny, int nx, airy_error *err)
{
    if (wisdom)
        airy_error_set(err, AIRY_EMISSING, "the FFT wisdom holds no plans for %d x %d", ny, nx);
    else
        airy_error_set(err, AIRY_EMEMORY, "%s cannot plan a transform of %d x %d",
                       airy_fft_library(), ny, nx);
}

static airy_code check_size(int ny, int nx, airy_error *err)
{
    if (ny < 1 || nx < 1 || ny > AIRY_SIDE_MAX || nx > AIRY_SIDE_MAX)
        return airy_error_set(err, AIRY_EARGUMENT,
                              "a transform of %d x %d was asked for, sides must be 1 to %d", ny, nx,
                              AIRY_SIDE_MAX);
    return AIRY_OK;
}

airy_fft *airy_fft_new(int ny, int nx, const char *wisdom, airy_error *err)
{
    if (check_size(ny, nx, err) != AIRY_OK)
        return NULL;
    airy_fft *fft = calloc(1, sizeof *fft);
    if (!fft) {
        airy_error_set(err, AIRY_EMEMORY, "no memory for a transform of %d x %d", ny, nx);
        return NULL;
    }
    fft->ny = ny;
    fft->nx = nx;
    if (plan(&(struct wanted){make_plans, fft, ny, nx}, wisdom, err) == AIRY_OK) {
        if (complete(fft))
            return fft;
        refuse_plans(wisdom, ny, nx, err);
    }
    airy_fft_free(fft);
    return NULL;
}

void airy_fft_free(airy_fft *fft)
{
    if (!fft)
        return;
    pthread_mutex_lock(&planner);
    forget_plans(fft);
    pthread_mutex_unlock(&planner);
    free(fft);
}

// Plans assume aligned buffers and would crash, or give other bits, on unaligned ones.
static void check_buffers(const void *in, const void *out)
{
    assert((uintptr_t)in % 16 == 0 && (uintptr_t)out % 16 == 0 && in != out);
    (void)in;
    (void)out;
}

void airy_fft_forward_real(const airy_fft *fft, const float *in, float complex *out)
{
    check_buffers(in, out);
    // FFTW takes no const, but keeps the input of an out-of-place r2c or c2c plan.
    fftwf_execute_dft_r2c(fft->forward_real, (float *)in, out);
}

void airy_fft_backward_real_raw(const airy_fft *fft, float complex *in, float *out)
{
    check_buffers(in, out);
    fftwf_execute_dft_c2r(fft->backward_real, in, out);
}

void airy_fft_backward_real(const airy_fft *fft, float complex *in, float *out)
{
    airy_fft_backward_real_raw(fft, in, out);
    size_t count = (size_t)fft->ny * (size_t)fft->nx;
    float factor = (float)(1.0 / (double)count);
    for (size_t i = 0; i < count; i++)
        out[i] *= factor;
}

void airy_fft_forward(const airy_fft *fft, const float complex *in, float complex *out)
{
    check_buffers(in, out);
    fftwf_execute_dft(fft->forward, (float complex *)in, out);
}

void airy_fft_backward(const airy_fft *fft, const float complex *in, float complex *out)
{
    check_buffers(in, out);
    fftwf_execute_dft(fft->backward, (float complex *)in, out);
    size_t count = (size_t)fft->ny * (size_t)fft->nx;
    float factor = (float)(1.0 / (double)count);
    for (size_t i = 0; i < count; i++)
        out[i] *= factor;
}

// ------------------------------------------------------------------ lines

airy_fft_line *airy_fft_line_new(int n, const char *wisdom, airy_error *err)
{
    if (check_size(1, n, err) != AIRY_OK)
        return NULL;
    airy_fft_line *line = calloc(1, sizeof *line);
    if (!line) {
        airy_error_set(err, AIRY_EMEMORY, "no memory for a transform of %d", n);
        return NULL;
    }
    line->n = n;
    if (plan(&(struct wanted){make_line_plans, line, 1, n}, wisdom, err) == AIRY_OK) {
        if (line->forward && line->backward)
            return line;
        refuse_plans(wisdom, 1, n, err);
    }
    airy_fft_line_free(line);
    return NULL;
}

static void forget_lines(airy_fft_line *line)
{
    if (line->forward)
        fftwf_destroy_plan(line->forward);
    if (line->backward)
        fftwf_destroy_plan(line->backward);
}

void airy_fft_line_free(airy_fft_line *line)
{
    if (!line)
        return;
    pthread_mutex_lock(&planner);
    forget_lines(line);
    pthread_mutex_unlock(&planner);
    free(line);
}

void airy_fft_line_forward(const airy_fft_line *line, const float complex *in, float complex *out)
{
    check_buffers(in, out);
    fftwf_execute_dft(line->forward, (float complex *)in, out);
}

void airy_fft_line_backward_raw(const airy_fft_line *line, const float complex *in,
                                float complex *out)
{
    check_buffers(in, out);
    fftwf_execute_dft(line->backward, (float complex *)in, out);
}

// ------------------------------------------------------------------ wisdom

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

// FFTW writes its hash table in the order of insertion. Sorted lines make the text a function of
// the plans alone; the first line (the heading) and the last (a bracket) stay.
static char *sort_wisdom(char *wisdom)
{
    size_t length = strlen(wisdom) + 1;
    int n = 0;
    for (const char *c = wisdom; *c; c++)
        n += *c == '\n';
    char *sorted = calloc(length + 1, 1);
    char **lines = calloc((size_t)n + 1, sizeof *lines);
    if (!sorted || !lines) {
        free(sorted);
        free(lines);
        return NULL;
    }
    int count = 0;
    for (char *rest = NULL, *line = strtok_r(wisdom, "\n", &rest); line && count <= n;
         line = strtok_r(NULL, "\n", &rest))
        lines[count++] = line;
    if (count > 2)
        qsort(lines + 1, (size_t)count - 2, sizeof *lines, compare_lines);
    char *end = sorted;
    for (int i = 0; i < count; i++) {
        end = stpcpy(end, lines[i]);
        *end++ = '\n';
    }
    free(lines);
    return sorted;
}

char *airy_fft_wisdom(const int *sizes, int n, airy_error *err)
{
    char *text = NULL, *sorted = NULL;
    bool done = true;
    for (int i = 0; i < n; i++)
        if (check_size(sizes[i], sizes[i], err) != AIRY_OK)
            return NULL;

    pthread_mutex_lock(&planner);
    fftwf_forget_wisdom();
    for (int i = 0; done && i < n; i++) {
        airy_fft fft = {.ny = sizes[i], .nx = sizes[i]};
        airy_fft_line line = {.n = sizes[i]};
        done = make_plans(&fft, FFTW_MEASURE) && complete(&fft) &&
               make_line_plans(&line, FFTW_MEASURE) && line.forward && line.backward;
        forget_plans(&fft);
        forget_lines(&line);
    }
    if (done)
        text = fftwf_export_wisdom_to_string();
    fftwf_forget_wisdom();
    pthread_mutex_unlock(&planner);

    if (text)
        sorted = sort_wisdom(text);
    free(text);
    if (!sorted)
        airy_error_set(err, AIRY_EMEMORY, "no memory to plan the transforms");
    return sorted;
}

// ------------------------------------------------------------------ sizes and orders

enum { CROP = 32 }; // one part of so many of a side may be left out

bool airy_fft_size_smooth(int n)
{
    static const int primes[] = {2, 3, 5, 7};
    if (n < 2 || n % 2)
        return false;
    for (size_t i = 0; i < sizeof primes / sizeof primes[0]; i++)
        while (n % primes[i] == 0)
            n /= primes[i];
    return n == 1;
}

// Sides whose lines FFTW makes of one or two of its longest codelets: 0.8 to 1.1 ns a point with an
// estimated plan on processors with AVX, and so do doubles of the last two (docs/performance.md).
static bool is_cheap(int n)
{
    static const int sides[] = {48,  64,  80,  96,  128, 144, 160, 192,
                                240, 256, 320, 384, 400, 512, 640};
    while (n >= 1024 && n % 2 == 0)
        n /= 2;
    for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++)
        if (n == sides[i])
            return true;
    return false;
}

// What a line of n takes a point, in such ones.
static double line_cost(int n)
{
    return is_cheap(n) ? 1 : n % 4 == 0 ? 2.2 : 3.5;
}

// What a square array takes: each point goes through lines, and through passes that take as long as
// cheap ones.
static double array_cost(int n)
{
    return (line_cost(n) + 1) * n * n;
}

int airy_fft_size_up(int n)
{
    int up = 0;
    for (int k = n; k <= 2 * n || up == 0; k++)
        if (airy_fft_size_smooth(k) && (up == 0 || array_cost(k) < array_cost(up)))
            up = k;
    return up;
}

int airy_fft_size_down(int n)
{
    int down = 0;
    assert(n >= 2);
    for (int k = n; k >= n - n / CROP || down == 0; k--)
        if (airy_fft_size_smooth(k) && (down == 0 || line_cost(k) < line_cost(down)))
            down = k;
    return down;
}

// out((y + dy) mod ny, (x + dx) mod nx) = in(y, x), 0 <= dy < ny, 0 <= dx < nx.
static void roll(const float *in, float *out, const int size[2], int dy, int dx)
{
    int ny = size[0], nx = size[1];
    size_t head = (size_t)(nx - dx), tail = (size_t)dx;
    for (int y = 0; y < ny; y++) {
        const float *from = in + y * nx;
        float *to = out + (y + dy) % ny * nx;
        memcpy(to + dx, from, head * sizeof *to);
        memcpy(to, from + head, tail * sizeof *to);
    }
}

void airy_fft_order(const airy_image *centered, float *out)
{
    int ny = centered->ny, nx = centered->nx;
    roll(centered->px, out, (int[2]){ny, nx}, (ny - ny / 2) % ny, (nx - nx / 2) % nx);
}

void airy_fft_center(const float *in, airy_image *centered)
{
    int ny = centered->ny, nx = centered->nx;
    roll(in, centered->px, (int[2]){ny, nx}, ny / 2, nx / 2);
}

int airy_fft_frequency(int k, int n)
{
    return k <= n / 2 ? k : k - n;
}

const char *airy_fft_library(void)
{
    return fftwf_version;
}
