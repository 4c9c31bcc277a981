#!/bin/sh
# country.sh PACKAGE...
#
# Fetches packages with MaxMind DB files from the npm registry, for instance
# @ip-location-db/geo-whois-asn-country-mmdb (public domain), into a temporary
# folder. Loads each file, compares a million addresses of each family with
# libmaxminddb's answers and prints what it costs. Exit 1 when one differs.
#
# Needs npm and the network, so that no test calls it.
set -eu

if [ $# -eq 0 ] || [ "${1#-}" != "$1" ]; then
    sed -n '2,9p' "$0"
    exit 2
fi
if ! command -v npm >/dev/null; then
    echo "country.sh: npm is missing (Debian: apt-get install npm)" >&2
    exit 2
fi
cd "$(dirname "$0")/.."

cmake --preset release >/dev/null
cmake --build --preset release --target postern-bench
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM

for package in "$@"; do
    archive=$(cd "$folder" &&
        npm pack --silent --ignore-scripts "$package" | tail -n 1)
    mkdir "$folder/files"
    tar -xzf "$folder/$archive" -C "$folder/files"
    find "$folder/files" -name '*.mmdb' | sort >"$folder/list"
    if [ ! -s "$folder/list" ]; then
        echo "country.sh: $package holds no .mmdb file" >&2
        exit 2
    fi
    while read -r file; do
        printf '\n%s: %s\n' "$package" "$(basename "$file")"
        build/release/bin/postern-bench country --size 1000000 --db "$file"
    done <"$folder/list"
    rm -r "$folder/files"
done
