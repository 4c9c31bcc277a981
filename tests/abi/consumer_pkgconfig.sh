#!/bin/sh
# consumer_pkgconfig.sh BUILD CC LIBDIR: the same with pkg-config and make,
# linked dynamically and as one static program.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export PKG_CONFIG_PATH="$1/stage/$3/pkgconfig"

for mode in '' STATIC=1; do
    work=$1/consumer-pkgconfig$mode
    rm -rf "$work"
    mkdir "$work"
    # shellcheck disable=SC2086 # no word when linked dynamically
    make -s -C "$work" -f "$here/consumer-pkgconfig/Makefile" CC="$2" $mode
    LD_LIBRARY_PATH="$1/stage/$3" "$work/reader"
done
if ldd "$work/reader" >/dev/null 2>&1; then
    echo "the static program is not static"
    exit 1
fi
