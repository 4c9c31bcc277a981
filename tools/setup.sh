#!/bin/sh
# setup.sh --run | --test | --develop
#
# Installs what is missing on Debian: to build and run, to pass the tests as
# well, or to fuzz and measure coverage as well. Asks the package database
# first, so that a second run needs no network.
set -eu

run='build-essential cmake ninja-build pkg-config libyaml-dev libpcre2-dev
    libmaxminddb0 libmaxminddb-dev libssl-dev libunistring-dev
    libsqlite3-dev'
test="$run libcriterion-dev libjansson-dev clang-14 clang-format-14
    clang-tidy-14 cppcheck shellcheck mandoc perl libmaxmind-db-writer-perl
    python3 python3-jsonschema python3-yaml python3-cryptography
    python3-jwcrypto jose softhsm2 libengine-pkcs11-openssl
    openssl"
develop="$test libclang-rt-14-dev llvm-14 gcovr zip unzip"

case ${1:-} in
    --run) wanted=$run ;;
    --test) wanted=$test ;;
    --develop) wanted=$develop ;;
    *)
        sed -n '2,6p' "$0"
        exit 2
        ;;
esac

if ! command -v dpkg-query >/dev/null; then
    echo "This is no Debian; please install what these packages hold:" >&2
    # shellcheck disable=SC2086 # one line, one blank between the names
    echo $wanted >&2
    exit 0
fi

missing=
for package in $wanted; do
    state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) ||
        state=
    if [ "$state" != installed ]; then
        missing="$missing $package"
    fi
done
if [ -z "$missing" ]; then
    exit 0
fi

if [ "$(id -u)" -eq 0 ]; then
    as_root=
elif command -v sudo >/dev/null; then
    as_root=sudo
else
    echo "Missing:$missing" >&2
    echo "Please run this as root, or install sudo." >&2
    exit 1
fi
echo "Installing:$missing"
$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
# shellcheck disable=SC2086 # the names are words
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y \
    --no-install-recommends $missing
