#!/bin/sh
# setup.sh [BUILD]
#
# Installs and builds the engines that run.sh measures, and Postern, in BUILD
# (build/peers). Toolchains that are there are used, Debian's are installed where
# there is none; an engine that they cannot build is left out, and said so. Needs
# the network: crates.io, the Go module proxy, Maven Central.
set -eu
cd "$(dirname "$0")/../.."
peers=$PWD/bench/peers
build=${1:-$PWD/build/peers}
mkdir -p "$build"
build=$(cd "$build" && pwd)
: >"$build/skipped.tsv"

say() {
    printf '\n== %s\n' "$*"
}

skip() {
    printf '%s\t%s\n' "$1" "$2" >>"$build/skipped.tsv"
    say "SKIPPED: $1: $2"
}

# Debian packages, when some of them are not installed.
packages() {
    for package in "$@"; do
        if ! dpkg -s "$package" >/dev/null 2>&1; then
            sudo=
            if [ "$(id -u)" -ne 0 ]; then
                sudo=sudo
            fi
            $sudo apt-get install -y --no-install-recommends "$@"
            return
        fi
    done
}

# A program, or the Debian package $2 that has it.
program() {
    command -v "$1" >/dev/null || packages "$2"
}

# Whether version $1 is at least $2.
at_least() {
    [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]
}

build_c() {
    say "Postern, SQLite, DPDK"
    packages libsqlite3-dev libdpdk-dev librte-acl23 ||
        skip acl "no libdpdk-dev"
    # The flags of the release preset.
    cmake --preset release -B "$build/postern"
    targets="peer-postern peer-sqlite"
    if pkg-config --exists libdpdk; then
        targets="$targets peer-acl"
    fi
    # shellcheck disable=SC2086 # several words
    cmake --build "$build/postern" --target $targets
}

build_cedar() {
    say "Cedar"
    wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$peers/cedar/Cargo.toml")
    program cargo cargo || {
        skip cedar "no cargo"
        return
    }
    found=$(cargo --version | cut -d ' ' -f 2)
    if ! at_least "$found" "$wanted"; then
        skip cedar "cargo $found is older than $wanted"
        return
    fi
    cargo build --release --locked --manifest-path "$peers/cedar/Cargo.toml" \
        --target-dir "$build/cedar" || skip cedar "cargo build failed"
}

build_go() {
    say "Casbin, OPA"
    wanted=$(sed -n 's/^go //p' "$peers/go/go.mod")
    program go golang-go || {
        skip casbin "no go"
        skip opa "no go"
        return
    }
    found=$(go version | cut -d ' ' -f 3 | sed 's/^go//')
    if ! at_least "$found" "$wanted"; then
        skip casbin "go $found is older than $wanted"
        skip opa "go $found is older than $wanted"
        return
    fi
    for engine in casbin opa; do
        (cd "$peers/go" && GOFLAGS=-mod=readonly \
            go build -buildvcs=false -o "$build/bin/$engine" "./$engine") ||
            skip "$engine" "go build failed"
    done
}

build_xacml() {
    say "AuthzForce"
    if ! program mvn maven || ! program javac default-jdk-headless; then
        skip xacml "no mvn or javac"
        return
    fi
    found=$(javac -version 2>&1 | sed 's/^javac //')
    if ! at_least "$found" 17; then
        skip xacml "javac $found is older than 17"
        return
    fi
    mkdir -p "$build/xacml"
    rm -rf "$build/xacml/classes"
    if mvn -q -B -f "$peers/xacml/pom.xml" dependency:copy-dependencies \
        -DincludeScope=runtime "-DoutputDirectory=$build/xacml/jars" &&
        javac -d "$build/xacml/classes" -cp "$build/xacml/jars/*" \
            "$peers/xacml/PeerXacml.java"; then
        find "$build/xacml/jars" -name 'authzforce-ce-core-pdp-engine-*.jar' |
            sed 's/.*engine-\(.*\)\.jar/\1/' >"$build/xacml/version"
    else
        rm -rf "$build/xacml/classes"
        skip xacml "mvn or javac failed"
    fi
}

build_c
build_cedar
build_go
build_xacml
if [ -s "$build/skipped.tsv" ]; then
    say "Left out:"
    cat "$build/skipped.tsv"
fi
