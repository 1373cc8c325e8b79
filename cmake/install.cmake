# SPDX-License-Identifier: GPL-3.0-or-later
# What `cmake --install` puts in place: airy, libairy, headers, man pages, completion, descriptions.
include(CMakePackageConfigHelpers)

if(TARGET libairy)
    install(TARGETS libairy EXPORT airyTargets)
    install(TARGETS airy_dependencies EXPORT airyTargets)
    install(DIRECTORY include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")

    set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/airy)
    install(EXPORT airyTargets NAMESPACE airy:: DESTINATION ${package_dir})
    configure_package_config_file(cmake/airyConfig.cmake.in airyConfig.cmake
                                  INSTALL_DESTINATION ${package_dir})
    write_basic_package_version_file(airyConfigVersion.cmake COMPATIBILITY SameMinorVersion)
    install(FILES ${PROJECT_BINARY_DIR}/airyConfig.cmake
                  ${PROJECT_BINARY_DIR}/airyConfigVersion.cmake
                  cmake/dependencies.cmake
            DESTINATION ${package_dir})

    set(hdf5_module ${hdf5_MODULE_NAME})
    configure_file(cmake/airy.pc.in airy.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/airy.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endif()

if(TARGET airy)
    install(TARGETS airy)
    # `airy completion bash` writes the completion from the option tables; an airy that cannot do
    # so yet is installed without one.
    set(completion ${PROJECT_BINARY_DIR}/completion/airy)
    file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/completion)
    add_custom_command(TARGET airy POST_BUILD VERBATIM
        COMMAND sh -c "\"$1\" completion bash >\"$2\" 2>/dev/null || rm -f \"$2\"" sh
                $<TARGET_FILE:airy> ${completion})
    install(FILES ${completion} OPTIONAL
            DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
endif()

file(GLOB man_sources CONFIGURE_DEPENDS docs/man/*.1.md)
find_program(PANDOC pandoc)
if(man_sources AND PANDOC)
    foreach(source ${man_sources})
        get_filename_component(page ${source} NAME_WLE)
        set(output ${PROJECT_BINARY_DIR}/man/${page})
        add_custom_command(OUTPUT ${output} DEPENDS ${source} VERBATIM
            COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/man
            COMMAND ${PANDOC} --standalone --to man --output ${output} ${source}
            COMMENT "Manual page ${page}")
        list(APPEND man_pages ${output})
    endforeach()
    add_custom_target(man ALL DEPENDS ${man_pages})
    install(FILES ${man_pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endif()
