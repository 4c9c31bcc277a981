# Two hundred programs of the tests contain the same objects: gold, which is among
# Debian's binutils, puts them together in half the time. What ships and what is
# measured is linked as ever.
include(CheckLinkerFlag)
if(NOT POSTERN_FUZZERS)
    check_linker_flag(C -fuse-ld=gold POSTERN_GOLD)
endif()
if(POSTERN_GOLD)
    add_link_options(-fuse-ld=gold)
endif()
