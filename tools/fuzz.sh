#!/bin/sh
# fuzz.sh [SECONDS [TARGET...]]
#
# Runs every libFuzzer target for that long (600 seconds), as many at a time as
# there are processors. New inputs go to build/fuzz/new/TARGET, findings to
# build/fuzz/findings; exit 1 when there is one.
set -eu
cd "$(dirname "$0")/.."

seconds=${1:-600}
[ $# -eq 0 ] || shift
if [ $# -eq 0 ]; then
    for dictionary in fuzz/*.dict; do
        set -- "$@" "$(basename "$dictionary" .dict)"
    done
fi

tools/setup.sh --develop
cmake --preset fuzz
for target in "$@"; do
    cmake --build --preset fuzz --target "fuzz_$target"
    mkdir -p "build/fuzz/new/$target"
done
mkdir -p build/fuzz/findings build/fuzz/logs

# shellcheck disable=SC2016 # the inner shell expands these
printf '%s\n' "$@" | SECONDS_EACH=$seconds xargs -P "$(nproc)" -n 1 sh -c '
    if "build/fuzz/bin/fuzz_$1" -max_total_time="$SECONDS_EACH" -timeout=25 \
        -dict="fuzz/$1.dict" -artifact_prefix="build/fuzz/findings/$1-" \
        "build/fuzz/new/$1" "fuzz/corpus/$1" >"build/fuzz/logs/$1" 2>&1
    then
        echo "$1: $(grep "^Done" "build/fuzz/logs/$1")"
    else
        echo "$1: a finding, see build/fuzz/logs/$1"
        exit 1
    fi' fuzz
