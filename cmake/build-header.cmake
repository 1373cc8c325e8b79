# SPDX-License-Identifier: GPL-3.0-or-later
# generated/airy_build.h: AIRY_VERSION and AIRY_COMMIT. Included by CMakeLists.txt it adds a target;
# run as a script (cmake -P) on every build it rewrites the header, but only when the commit moved.
if(NOT CMAKE_SCRIPT_MODE_FILE)
    set(generated ${PROJECT_BINARY_DIR}/generated)
    add_custom_target(airy_build_header_file
        COMMAND ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR} -DVERSION=${PROJECT_VERSION}${AIRY_STAGE}
                -DHEADER=${generated}/airy_build.h -P ${CMAKE_CURRENT_LIST_FILE}
        BYPRODUCTS ${generated}/airy_build.h
        COMMENT "" VERBATIM)
    add_library(airy_build_header INTERFACE)
    target_include_directories(airy_build_header INTERFACE ${generated})
    return()
endif()

set(commit "")
find_program(GIT git)
if(GIT AND EXISTS ${SOURCE}/.git)
    execute_process(COMMAND ${GIT} --no-optional-locks -C ${SOURCE}
                            describe --always --dirty=+ --abbrev=12 --exclude=*
                    OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(NOT commit)
    set(commit unknown)
endif()

set(text "// Written by the build: which airy this is. \"+\" after a commit means local changes.
#ifndef AIRY_BUILD_H
#define AIRY_BUILD_H
#define AIRY_VERSION \"${VERSION}\"
#define AIRY_COMMIT \"${commit}\"
#endif
")
set(old "")
if(EXISTS ${HEADER})
    file(READ ${HEADER} old)
endif()
if(NOT old STREQUAL text)
    file(WRITE ${HEADER} "${text}")
endif()
