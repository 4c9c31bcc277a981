#!/bin/sh
# oss_fuzz.sh
#
# Does what OSS-Fuzz does with fuzz/oss-fuzz/build.sh, without its containers:
# builds in build/oss-fuzz, unpacks every seed corpus and runs every target over
# it once. Exit 1 when a target, its seeds or its dictionary is missing or fails.
set -eu
cd "$(dirname "$0")/.."

tools/setup.sh --develop
work=$PWD/build/oss-fuzz
rm -rf "$work"
mkdir -p "$work/src" "$work/out" "$work/work"
ln -s "$PWD" "$work/src/postern"
flags='-O1 -g -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all'
SRC=$work/src OUT=$work/out WORK=$work/work CC=clang-14 CFLAGS=$flags \
    LIB_FUZZING_ENGINE=-fsanitize=fuzzer fuzz/oss-fuzz/build.sh

failed=0
count=0
for target in "$work"/out/fuzz_*; do
    case $target in *.dict | *.zip) continue ;; esac
    count=$((count + 1))
    mkdir -p "$target.seeds"
    unzip -q -o "${target}_seed_corpus.zip" -d "$target.seeds"
    if ! "$target" -runs=0 -dict="$target.dict" \
        -artifact_prefix="$target-" "$target.seeds" \
        >"$target.log" 2>&1; then
        echo "$(basename "$target"): fails, see $target.log"
        failed=1
    fi
    if ldd "$target" | grep -v "$work/out/lib" | grep -qE 'libyaml|libpcre2|libcrypto'; then
        echo "$(basename "$target"): uses a library of the machine"
        failed=1
    fi
done
echo "$count targets"
exit "$failed"
