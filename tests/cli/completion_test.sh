#!/bin/bash
# completion_test.sh POSTERN: what completion offers is what the command takes.
set -u
cd "$(dirname "$0")/../.." || exit 2
# shellcheck source=/dev/null
. completion/postern.bash
# shellcheck disable=SC2317 # completion calls it
compopt() { :; } # works only while a line is being completed
postern=$1
failed=0

complete_line() { # WORD... ; the last one is being completed
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    COMPREPLY=()
    _postern
}

expect() {
    if [ "$1" != "$2" ]; then
        echo "expected: $1"
        echo "offered:  $2"
        failed=1
    fi
}

complete_line postern de
expect "decide" "${COMPREPLY[*]}"
complete_line postern convert --to y
expect "yaml" "${COMPREPLY[*]}"
complete_line postern decide -p examples/home-gateway/p
expect "examples/home-gateway/policy.yaml" "${COMPREPLY[*]}"
complete_line postern decide -p CMakeL
expect "" "${COMPREPLY[*]}"
complete_line postern who --operation d
expect "delete discover" "${COMPREPLY[*]}"
complete_line postern replay examples/city-platform/decisions.
expect "examples/city-platform/decisions.log" "${COMPREPLY[*]}"
complete_line postern token v
expect "verify" "${COMPREPLY[*]}"
complete_line postern token issue --kind n
expect "nested" "${COMPREPLY[*]}"
complete_line postern das a
expect "answer" "${COMPREPLY[*]}"
for verb in das decide permitted who replay test check fmt convert token; do
    complete_line postern "$verb" --
    offered=$(printf '%s\n' "${COMPREPLY[@]}" | sort)
    taken=$("$postern" "$verb" --help | grep -oE '^ .{0,8}--[a-z-]+' |
        grep -oE -- '--[a-z-]+' | sort)
    expect "$taken" "$offered"
done
exit $failed
