#!/bin/sh
# Every header compiles alone: the public ones as C11 and as C++11, by gcc and
# by clang where there is one; the private ones as C11.
set -u
cd "$(dirname "$0")/../.." || exit 2

failed=0

# try LANGUAGE COMPILER ARGUMENTS...
try() {
    language=$1
    shift
    echo 'int unused(void);' |
        "$@" -fsyntax-only -Wall -Wextra -Wpedantic -Werror -Iinclude \
            -include "$header" -x "$language" - || {
        echo "$header: does not compile alone with $*"
        failed=1
    }
}

for header in include/postern/*.h; do
    try c gcc -std=c11
    try c++ g++ -std=c++11
    if command -v clang-14 >/dev/null; then
        try c clang-14 -std=c11
        try c++ clang-14 -std=c++11
    fi
done
for folder in base pdp policy-lang prp pip tokens ppm engine cli; do
    for header in "$folder"/*.h; do
        if [ -f "$header" ]; then
            try c gcc -std=c11 -I.
        fi
    done
done
exit "$failed"
