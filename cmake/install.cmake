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

    # The prefix as seen from the description, so that what is installed may be moved.
    set(hdf5_module ${hdf5_MODULE_NAME})
    file(RELATIVE_PATH prefix_from_pc "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
    configure_file(cmake/airy.pc.in airy.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/airy.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endif()

if(TARGET airy)
    install(TARGETS airy)
    # The program writes its completion itself, from its tables of options.
    file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/completion)
    foreach(pair "bash;airy;bash-completion/completions" "zsh;_airy;zsh/site-functions"
                 "fish;airy.fish;fish/vendor_completions.d")
        list(GET pair 0 shell)
        list(GET pair 1 name)
        list(GET pair 2 folder)
        set(script ${PROJECT_BINARY_DIR}/completion/${name})
        add_custom_command(TARGET airy POST_BUILD VERBATIM
            COMMAND sh -c "\"$1\" completion $2 >\"$3\"" sh $<TARGET_FILE:airy> ${shell} ${script})
        install(FILES ${script} DESTINATION ${CMAKE_INSTALL_DATADIR}/${folder})
    endforeach()
endif()

file(GLOB man_sources CONFIGURE_DEPENDS docs/man/*.1.md)
find_program(PANDOC pandoc)
if(man_sources AND PANDOC)
    foreach(source ${man_sources})
        get_filename_component(page ${source} NAME_WLE)
        set(output ${PROJECT_BINARY_DIR}/man/${page})
        add_custom_command(OUTPUT ${output} DEPENDS ${source} VERBATIM
            COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/man
            COMMAND ${PANDOC} --standalone --from markdown-smart --shift-heading-level-by=-1 --to man
                    --metadata "footer=airy ${PROJECT_VERSION}${AIRY_STAGE}" --metadata header=airy
                    --output ${output} ${source}
            COMMENT "Manual page ${page}")
        list(APPEND man_pages ${output})
    endforeach()
    add_custom_target(man ALL DEPENDS ${man_pages})
    install(FILES ${man_pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
endif()

# What is read rather than run: documents, workflows, examples, small data to try things on.
install(FILES README.md CHANGES.md LICENSE CITATION.cff DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}
        PATTERN man EXCLUDE PATTERN examples EXCLUDE)
install(DIRECTORY docs/examples DESTINATION ${CMAKE_INSTALL_DATADIR}/airy)
install(DIRECTORY workflow DESTINATION ${CMAKE_INSTALL_DATADIR}/airy USE_SOURCE_PERMISSIONS)
install(DIRECTORY data DESTINATION ${CMAKE_INSTALL_DATADIR}/airy)
