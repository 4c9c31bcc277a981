# postern_part(NAME SOURCES ... LINKS ...)
#
# One folder of the tree as an object library `pst_NAME`. The libraries that
# ship, the programs and the tests are put together from these, so that every
# source is compiled once and tests can reach what is private.
function(postern_part name)
    cmake_parse_arguments(PART "" "" "SOURCES;LINKS" ${ARGN})
    add_library(pst_${name} OBJECT ${PART_SOURCES})
    target_include_directories(pst_${name} PUBLIC
        ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/include)
    target_link_libraries(pst_${name} PUBLIC ${PART_LINKS})
endfunction()

# True when the compiler adds calls of its own (sanitizers, coverage): then the
# objects are not those that ship, and what is claimed of them is not checked.
string(TOUPPER "${CMAKE_BUILD_TYPE}" build_type)
if("${CMAKE_C_FLAGS} ${CMAKE_C_FLAGS_${build_type}}" MATCHES
   "-fsanitize|--coverage")
    set(POSTERN_INSTRUMENTED TRUE)
else()
    set(POSTERN_INSTRUMENTED FALSE)
endif()
