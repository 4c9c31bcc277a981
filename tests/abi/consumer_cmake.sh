#!/bin/sh
# consumer_cmake.sh BUILD CC: programs that find_package(postern), shared and
# static, build against the stage and decide. The one that only decides brings
# nothing but the C library with it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$1/consumer-cmake

rm -rf "$work"
cmake -S "$here/consumer-cmake" -B "$work" -G Ninja \
    -DCMAKE_C_COMPILER="$2" -DCMAKE_PREFIX_PATH="$1/stage" >"$1/consumer.log"
cmake --build "$work" >>"$1/consumer.log" || {
    cat "$1/consumer.log"
    exit 1
}
for program in gateway gateway_static reader reader_static; do
    echo "$program: $("$work/$program")"
done

others=$(ldd "$work/gateway" | awk '{print $1}' |
    grep -Ev '^(linux-vdso|libpostern-pdp|libc|libm|/lib.*/ld-)' || true)
if [ -n "$others" ]; then
    echo "a program that links postern::pdp also needs: $others"
    exit 1
fi
if ldd "$work/reader_static" | grep -q postern; then
    echo "postern::postern_static linked a shared library of ours"
    exit 1
fi
