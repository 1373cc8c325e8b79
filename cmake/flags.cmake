# SPDX-License-Identifier: GPL-3.0-or-later
# airy_flags: how our own sources are compiled; nobody who links libairy inherits this.
#
# Never -ffast-math: it breaks isnan, and NaN is how we say "not measured". The two -fno flags give
# nearly all of its speed. -ffp-contract=off keeps a*b+c as two roundings on every processor, so that
# the same source gives the same bytes with and without fused multiply-add.
add_library(airy_flags INTERFACE)
target_compile_definitions(airy_flags INTERFACE _POSIX_C_SOURCE=200809L _DEFAULT_SOURCE
                           $<$<BOOL:${AIRY_MPI}>:AIRY_WITH_MPI>)
target_compile_options(airy_flags INTERFACE
    -fno-math-errno -fno-trapping-math -ffp-contract=off
    -Wall -Wextra -Wshadow -Wconversion
    # an error sentence longer than its buffer is cut on purpose
    $<$<C_COMPILER_ID:GNU>:-Wno-format-truncation>
    $<$<BOOL:${AIRY_WERROR}>:-Werror>
    $<$<BOOL:${AIRY_NATIVE}>:-march=native>)

# Files come from anybody: overruns end the program, and no table of the linker stays writable.
target_compile_options(airy_flags INTERFACE -fstack-protector-strong)
target_compile_definitions(airy_flags INTERFACE $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
target_link_options(airy_flags INTERFACE -Wl,-z,relro,-z,now)

set(sanitizers "")
if(AIRY_SANITIZE OR AIRY_FUZZ)
    # What goes through NULL or beyond an object AddressSanitizer sees, in half of the time.
    set(sanitizers -fsanitize=address,undefined -fno-sanitize=null,object-size
        -fno-sanitize-recover=all -fno-omit-frame-pointer)
endif()
if(AIRY_THREADS) # gcc's OpenMP is not instrumented: each of its barriers would look like a race
    set(sanitizers -fsanitize=thread -fno-omit-frame-pointer)
endif()
if(AIRY_COVERAGE)
    set(sanitizers --coverage)
endif()
if(AIRY_FUZZ OR AIRY_THREADS)
    if(NOT CMAKE_C_COMPILER_ID MATCHES Clang)
        message(FATAL_ERROR "AIRY_FUZZ and AIRY_THREADS need clang (Debian package clang): configure with -DCMAKE_C_COMPILER=clang")
    endif()
endif()
if(AIRY_FUZZ)
    target_compile_options(airy_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
target_compile_options(airy_flags INTERFACE ${sanitizers})
target_link_options(airy_flags INTERFACE ${sanitizers})
