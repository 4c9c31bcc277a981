#!/bin/bash -eu
# Builds every fuzz target for OSS-Fuzz, which sets SRC, OUT, CC, CFLAGS and
# LIB_FUZZING_ENGINE, with its seeds and its dictionary. tools/oss_fuzz.sh runs
# it on a machine without OSS-Fuzz.
source=$SRC/postern
build=${WORK:-$SRC}/postern-build

# The runner has none of our libraries: they go along.
cmake -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=None \
    -DPOSTERN_TESTS=ON -DPOSTERN_FUZZERS=ON \
    -DPOSTERN_FUZZING_ENGINE="$LIB_FUZZING_ENGINE" \
    -DCMAKE_BUILD_RPATH="\$ORIGIN/lib"
mkdir -p "$OUT/lib"
for dictionary in "$source"/fuzz/*.dict; do
    name=$(basename "$dictionary" .dict)
    cmake --build "$build" --target "fuzz_$name"
    cp "$build/bin/fuzz_$name" "$OUT/"
    cp "$dictionary" "$OUT/fuzz_$name.dict"
    (cd "$source/fuzz/corpus/$name" &&
        zip -q -r "$OUT/fuzz_${name}_seed_corpus.zip" .)
    ldd "$build/bin/fuzz_$name" | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p' |
        grep -vE '/(libc|libm|libdl|libpthread|librt|ld-linux[^/]*|libgcc_s)\.so' |
        xargs -r -I{} cp -Lu {} "$OUT/lib/"
done
