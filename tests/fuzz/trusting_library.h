// SPDX-License-Identifier: GPL-3.0-or-later
// Limits of the fuzzer for libraries that believe what damaged files claim.
#ifndef AIRY_TESTS_TRUSTING_LIBRARY_H
#define AIRY_TESTS_TRUSTING_LIBRARY_H

int LLVMFuzzerInitialize(int *argc, char ***argv);
const char *__asan_default_options(void);

// For libraries that believe sizes in damaged headers, ask for that much memory, take no for an
// answer, and lose some of their own memory when they give up. Included by one fuzz target.
const char *__asan_default_options(void)
{
    return "allocator_may_return_null=1:max_allocation_size_mb=2000:detect_leaks=0";
}

// The same for libFuzzer's own limit on one allocation.
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static char limit[] = "-malloc_limit_mb=2000000000";
    static char *args[64];
    int n = 0;
    for (; n < *argc && n < 62; n++)
        args[n] = (*argv)[n];
    args[n++] = limit;
    *argc = n;
    *argv = args;
    return 0;
}

#endif
