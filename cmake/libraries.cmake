# The libraries that ship. Each comes as a shared and as a static one:
#
#   target                 shared                 static
#   postern::pdp           libpostern-pdp.so      ::pdp_static
#   postern::policy        libpostern-policy.so   ::policy_static
#   postern::tokens        libpostern-tokens.so   ::tokens_static
#   postern::ppm           libpostern-ppm.so      ::ppm_static
#   postern::engine        libpostern-engine.so   ::engine_static
#   postern::postern       all of them            ::postern_static
#
# The names are the same in this build tree and after find_package(postern).
#
# Every part needs base/, which is private. A shared library carries a copy of
# its own, and its version script (cmake/exports/NAME.map) lists what leaves the
# library, so the copies never meet; what base.h promises to callers leaves
# libpostern-pdp alone. Static archives have no such border: there base/ is in
# libpostern-pdp.a only, and every other archive needs that one.

# In the same way libpostern-tokens.so carries policy-lang/, libpostern-ppm.so that
# and jose/, and libpostern-engine.so those and tokens/: they use more of these
# than the libraries promise to others.
#
# postern_library(NAME PARTS ... COPIES ... NEEDS ... LINKS ...)
#
# PARTS  folders whose objects go in
# COPIES folders of another library whose objects go into the shared one as well
# NEEDS  libraries of ours whose headers this one's headers include
# LINKS  other libraries, which its headers do not include
function(postern_library name)
    cmake_parse_arguments(LIB "" "" "PARTS;COPIES;NEEDS;LINKS" ${ARGN})
    set(shared postern_${name})
    set(static postern_${name}_static)
    set(map ${PROJECT_SOURCE_DIR}/cmake/exports/${name}.map)
    list(TRANSFORM LIB_PARTS REPLACE "(.+)" "$<TARGET_OBJECTS:pst_\\1>"
         OUTPUT_VARIABLE objects)
    set(archived ${objects})
    foreach(part base ${LIB_COPIES})
        list(APPEND objects $<TARGET_OBJECTS:pst_${part}>)
    endforeach()
    if(name STREQUAL "pdp")
        set(archived ${objects})
    endif()

    add_library(${shared} SHARED ${objects})
    add_library(${static} STATIC ${archived})
    set_target_properties(${shared} PROPERTIES
        VERSION ${PROJECT_VERSION} SOVERSION 0 LINK_DEPENDS ${map})
    target_link_options(${shared} PRIVATE LINKER:--version-script=${map})
    if(NOT POSTERN_INSTRUMENTED)
        # A call into another library's private part does not link.
        target_link_options(${shared} PRIVATE LINKER:-z,defs)
    endif()
    foreach(need ${LIB_NEEDS})
        target_link_libraries(${shared} PUBLIC postern_${need})
        target_link_libraries(${static} PUBLIC postern_${need}_static)
    endforeach()
    postern_library_target(${shared} ${name})
    postern_library_target(${static} ${name}_static)
    set_target_properties(${shared} ${static} PROPERTIES
        OUTPUT_NAME postern-${name} LINKER_LANGUAGE C)
    foreach(target ${shared} ${static})
        target_link_libraries(${target} PRIVATE ${LIB_LINKS})
        target_include_directories(${target} PUBLIC
            $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
            $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    endforeach()
endfunction()

# The name that others use: postern::NAME.
function(postern_library_target target name)
    add_library(postern::${name} ALIAS ${target})
    set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
endfunction()

postern_library(pdp PARTS pdp LINKS m)
postern_library(policy PARTS policy NEEDS pdp
    LINKS PkgConfig::YAML PkgConfig::PCRE2 m)

postern_library(tokens PARTS jose tokens COPIES policy NEEDS policy
    LINKS PkgConfig::YAML PkgConfig::PCRE2 PkgConfig::CRYPTO Threads::Threads
        unistring m)
postern_library(engine PARTS prp pip engine dynauth COPIES policy jose tokens
    NEEDS policy tokens
    LINKS PkgConfig::YAML PkgConfig::PCRE2 PkgConfig::CRYPTO
        PkgConfig::MAXMINDDB Threads::Threads unistring m)
postern_library(ppm PARTS ppm grid customised consent access_log gate
    COPIES policy jose NEEDS policy tokens engine
    LINKS PkgConfig::YAML PkgConfig::PCRE2 PkgConfig::CRYPTO PkgConfig::SQLITE
        m)

set(POSTERN_LIBRARIES
    postern_pdp postern_policy postern_tokens postern_engine postern_ppm
    postern_all)
add_library(postern_all INTERFACE)
target_link_libraries(postern_all INTERFACE
    postern_pdp postern_policy postern_tokens postern_engine postern_ppm)
postern_library_target(postern_all postern)

set(POSTERN_STATIC_LIBRARIES
    postern_pdp_static postern_policy_static postern_tokens_static
    postern_engine_static postern_ppm_static
    postern_all_static)
add_library(postern_all_static INTERFACE)
target_link_libraries(postern_all_static INTERFACE
    postern_pdp_static postern_policy_static postern_tokens_static
    postern_engine_static postern_ppm_static)
postern_library_target(postern_all_static postern_static)
