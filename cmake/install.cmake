# What `cmake --install` puts where, and what find_package() and pkg-config
# need to find it. Everything can be moved as a whole afterwards.
include(CMakePackageConfigHelpers)

install(DIRECTORY include/postern DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
    FILES_MATCHING PATTERN "*.h")
install(TARGETS ${POSTERN_LIBRARIES} EXPORT postern-shared)
install(TARGETS ${POSTERN_STATIC_LIBRARIES} EXPORT postern-static)
if(TARGET postern)
    install(TARGETS postern)
endif()

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/postern)
install(EXPORT postern-shared NAMESPACE postern:: DESTINATION ${package_dir})
install(EXPORT postern-static NAMESPACE postern:: DESTINATION ${package_dir})
configure_package_config_file(cmake/postern-config.cmake.in
    cmake/postern-config.cmake INSTALL_DESTINATION ${package_dir}
    NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(
    ${PROJECT_BINARY_DIR}/cmake/postern-config-version.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES
    ${PROJECT_BINARY_DIR}/cmake/postern-config.cmake
    ${PROJECT_BINARY_DIR}/cmake/postern-config-version.cmake
    DESTINATION ${package_dir})

# pkg-config files name folders from their own place on, so that a tree that
# was moved, or installed with another --prefix, still works.
set(pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
if(IS_ABSOLUTE ${pkgconfig_dir})
    set(pc_prefix ${CMAKE_INSTALL_PREFIX})
    set(pc_libdir ${CMAKE_INSTALL_LIBDIR})
else()
    file(RELATIVE_PATH up /prefix/${pkgconfig_dir} /prefix)
    string(REGEX REPLACE "/$" "" up ${up})
    set(pc_prefix "\${pcfiledir}/${up}")
    set(pc_libdir "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
endif()
if(IS_ABSOLUTE ${CMAKE_INSTALL_INCLUDEDIR})
    set(pc_includedir ${CMAKE_INSTALL_INCLUDEDIR})
else()
    set(pc_includedir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()
foreach(name postern-pdp postern-policy postern-tokens postern-ppm
        postern-engine postern)
    configure_file(cmake/${name}.pc.in cmake/${name}.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/cmake/${name}.pc
        DESTINATION ${pkgconfig_dir})
endforeach()

foreach(section 1 3 5)
    file(GLOB pages CONFIGURE_DEPENDS docs/man/*.${section})
    list(FILTER pages EXCLUDE REGEX "postern-bench") # is not installed itself
    install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()
file(GLOB schemas CONFIGURE_DEPENDS docs/schema/*.json)
install(FILES ${schemas} DESTINATION ${CMAKE_INSTALL_DATADIR}/postern)
if(EXISTS ${PROJECT_SOURCE_DIR}/completion/postern.bash)
    install(FILES completion/postern.bash RENAME postern
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
endif()
install(FILES LICENSE CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
