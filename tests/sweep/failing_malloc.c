// SPDX-License-Identifier: GPL-3.0-or-later
// For LD_PRELOAD: the allocation number FAIL_AT finds no memory, all others do as ever. With
// FAIL_AT 0 the numbers of those that were the first of their place, the chain of calls that led
// there, go to the file FAIL_PLACES. Those that a library asks for whose name holds a word of
// FAIL_OUTSIDE neither count nor fail. With FAIL_TRACE it tells of the calls that led there, and
// to a crash.
#define _GNU_SOURCE
#include <errno.h>
#include <execinfo.h>
#include <link.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

enum { DEPTH = 14, SLOTS = 1 << 16 };

static atomic_long calls;
static long fail_at = -1;
static int traces;
static FILE *places;
static atomic_uint_least64_t seen[SLOTS]; // hashes of chains of calls, each where it falls
static _Thread_local int looking;         // at a chain, which may ask for memory itself
static struct {
    uintptr_t from, to;
} outside[8]; // where those libraries begin and end
static int n_outside;

static int is_named(const char *library, const char *words)
{
    char word[64];
    for (int length = 0; sscanf(words, "%63s%n", word, &length) == 1; words += length)
        if (strstr(library, word))
            return 1;
    return 0;
}

// The addresses of the libraries that are left out: asked once, for there are many allocations.
static int find_outside(struct dl_phdr_info *library, size_t size, void *words)
{
    (void)size;
    if (n_outside == 8 || !library->dlpi_name || !is_named(library->dlpi_name, words))
        return 0;
    uintptr_t from = UINTPTR_MAX, to = 0;
    for (int i = 0; i < library->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &library->dlpi_phdr[i];
        uintptr_t begin = library->dlpi_addr + part->p_vaddr, end = begin + part->p_memsz;
        if (part->p_type != PT_LOAD)
            continue;
        from = begin < from ? begin : from;
        to = end > to ? end : to;
    }
    outside[n_outside].from = from, outside[n_outside++].to = to;
    return 0;
}

// For FAIL_TRACE: a line of what happened, and the calls that led there, innermost first.
static void tell(const char *what)
{
    void *chain[DEPTH * 2];
    int n = backtrace(chain, DEPTH * 2);
    dprintf(2, "\n%s\n", what);
    backtrace_symbols_fd(chain, n, 2);
}

static void tell_crash(int number)
{
    (void)number;
    tell("crash:");
}

// cmocka would take these for itself.
static int is_ours(int number)
{
    return traces &&
           (number == SIGSEGV || number == SIGABRT || number == SIGFPE || number == SIGBUS);
}

void (*signal(int number, void (*handler)(int)))(int)
{
    // once told, it crashes again as it would have
    const int flags = handler == tell_crash ? (int)SA_RESETHAND : SA_RESTART;
    struct sigaction now = {.sa_handler = handler, .sa_flags = flags}, before = {0};
    if (is_ours(number) && handler != tell_crash)
        return SIG_DFL;
    sigaction(number, &now, &before);
    return before.sa_handler;
}

__attribute__((constructor)) static void begin(void)
{
    char *at = getenv("FAIL_AT"), *words = getenv("FAIL_OUTSIDE"), *path = getenv("FAIL_PLACES");
    void *chain[DEPTH];
    backtrace(chain, DEPTH); // loads what it needs
    if (words)
        dl_iterate_phdr(find_outside, words);
    traces = getenv("FAIL_TRACE") != NULL;
    for (int number = 1; number < 32; number++)
        if (is_ours(number))
            signal(number, tell_crash);
    fail_at = at ? atol(at) : 0;
    places = path && fail_at == 0 ? fopen(path, "w") : NULL;
    calls = 0;
}

__attribute__((destructor)) static void end(void)
{
    FILE *file = places;
    places = NULL;
    if (file)
        fclose(file);
}

// Whether no allocation before came by this chain of calls.
static int is_new_place(void)
{
    void *chain[DEPTH];
    uint64_t hash = 1469598103934665603u; // FNV-1a
    int n = backtrace(chain, DEPTH);
    for (int i = 2; i < n; i++) // 0 and 1 are of this file
        hash = (hash ^ (uintptr_t)chain[i]) * 1099511628211u;
    for (size_t slot = hash % SLOTS, tried = 0; tried < SLOTS; slot = (slot + 1) % SLOTS, tried++) {
        uint64_t old = 0;
        if (atomic_compare_exchange_strong(&seen[slot], &old, hash))
            return 1;
        if (old == hash)
            return 0;
    }
    return 0;
}

static void note_place(long number)
{
    if (!places || looking)
        return;
    looking = 1;
    if (is_new_place())
        fprintf(places, "%ld\n", number);
    looking = 0;
}

static int fails(const void *caller)
{
    for (int i = 0; i < n_outside; i++)
        if ((uintptr_t)caller >= outside[i].from && (uintptr_t)caller < outside[i].to)
            return 0;
    if (looking)
        return 0;
    long number = atomic_fetch_add(&calls, 1) + 1;
    note_place(number);
    if (fail_at <= 0 || number != fail_at)
        return 0;
    if (traces)
        tell("no memory:");
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails(__builtin_return_address(0)) ? NULL : __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    *memory = fails(__builtin_return_address(0)) ? NULL : __libc_memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}

char *strdup(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
    return copy ? memcpy(copy, text, size) : NULL;
}
