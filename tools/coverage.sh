#!/bin/sh
# coverage.sh [--fuzz-corpus [FOLDER...]]
#
# How much of the parsers the seeds of fuzz/corpus reach, line by line, as
# llvm-cov counts: builds the replay programs with clang in build/coverage-fuzz,
# runs each over its seeds, and prints a table of the files that fuzz/parsers.txt
# lists. A FOLDER adds inputs: FOLDER/TARGET, such as build/fuzz/new of fuzz.sh.
#
# Exit 1 when less than 95 % of the lines are reached, or when a file that reads
# from outside is neither listed nor left out with a reason.
set -eu
cd "$(dirname "$0")/.."

case ${1---fuzz-corpus} in
    --fuzz-corpus) [ $# -eq 0 ] || shift ;;
    *)
        sed -n '2,11p' "$0"
        exit 2
        ;;
esac

tools/setup.sh --develop
build=build/coverage-fuzz
flags='-O1 -g -fprofile-instr-generate -fcoverage-mapping'
CC=clang-14 cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Debug \
    -DCMAKE_C_FLAGS_DEBUG="$flags" >/dev/null
rm -rf "$build/profiles"
mkdir -p "$build/profiles"

# The folders of a target that are there, one a line.
inputs_of() {
    target=$1
    shift
    for folder in fuzz/corpus "$@"; do
        [ ! -d "$folder/$target" ] || echo "$folder/$target"
    done
}

: >"$build/profiles/objects"
for dictionary in fuzz/*.dict; do
    target=$(basename "$dictionary" .dict)
    program=$build/bin/fuzz_${target}_replay
    cmake --build "$build" --target "fuzz_${target}_replay" >/dev/null
    if ! inputs_of "$target" "$@" |
        LLVM_PROFILE_FILE=$build/profiles/$target.profraw xargs -d '\n' \
            "$program" >"$build/profiles/$target.log" 2>&1; then
        echo "$target: fails, see $build/profiles/$target.log"
        exit 1
    fi
    echo "-object $program" >>"$build/profiles/objects"
done

llvm-profdata-14 merge -sparse -o "$build/profiles/all.profdata" \
    "$build"/profiles/*.profraw
# Two programs may have static functions of one name: it warns of these.
# shellcheck disable=SC2046 # words of our own
llvm-cov-14 export -format=lcov \
    -instr-profile "$build/profiles/all.profdata" \
    $(cat "$build/profiles/objects") \
    >"$build/profiles/all.lcov" 2>"$build/profiles/llvm-cov.log"
tools/coverage_table.py "$build/profiles/all.lcov"
