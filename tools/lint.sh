#!/bin/sh
# lint.sh clang-tidy BUILD | analyze BUILD | cppcheck BUILD | scripts | man
#
# One linter over the sources, the scripts or the manual pages; fails when it
# has something to say. BUILD is a configured build folder. analyze is clang-tidy
# whose analyzer follows paths as far as it likes: minutes more.
set -eu
cd "$(dirname "$0")/.."

library='base|pdp|proof|policy-lang|jose|tokens|prp|pip|ppm|engine|dynauth|grid'
library="$library|customised|consent|access-log|gate|cli"

# Sources below the folders $1 that are compiled in BUILD, one a line.
compiled() {
    sed -n 's/^  "file": "\(.*\)",*$/\1/p' "$build/compile_commands.json" |
        grep -E "^$PWD/($1)/" | sort -u
}

# Reads names of sources.
tidy() {
    xargs -P "$(nproc)" -n 8 clang-tidy-14 --quiet -p "$build/lint" "$@"
}

# The analyzer takes nearly all of the time: with a twentieth of the states it takes
# a tenth, and gives up in the longest functions only.
shorter() {
    tidy --extra-arg=-Xclang --extra-arg=-analyzer-config \
        --extra-arg=-Xclang --extra-arg=max-nodes=12000
}

# All checks for what ships. For the rest, where they would take most of the time,
# what clang itself warns of.
lint_clang_tidy() {
    prepare_tidy
    compiled "$library" | shorter
    tools/clang_warnings.py "$build" bench fuzz tests
}

lint_analyze() {
    prepare_tidy
    compiled "$library" | tidy
}

prepare_tidy() {
    mkdir -p "$build/lint"
    # The notes for check_decision_path.py are gcc's alone.
    sed 's/ -fcallgraph-info=su,da//' "$build/compile_commands.json" \
        >"$build/lint/compile_commands.json"
}

lint_cppcheck() {
    # One configuration: what is not compiled here, no test runs either.
    # readdir() on a stream of one's own is thread safe, readdir_r() is obsolete.
    compiled "$library" |
        cppcheck --quiet --error-exitcode=1 --std=c11 -j "$(nproc)" \
            --max-configs=1 \
            --enable=warning,performance,portability \
            --inline-suppr --suppress=readdirCalled \
            --library=posix -I . -I include --file-list=-
}

lint_scripts() {
    grep -rlE --exclude-dir=.git --exclude-dir=build '^#!/bin/(ba)?sh' . |
        xargs shellcheck
    if [ -f completion/postern.bash ]; then
        shellcheck --shell=bash completion/postern.bash
    fi
}

lint_man() {
    for page in docs/man/*.[1-8]; do
        if [ -f "$page" ]; then
            mandoc -T lint -W warning "$page"
        fi
    done
}

build=${2:-}
case ${1:-} in
    clang-tidy) lint_clang_tidy ;;
    analyze) lint_analyze ;;
    cppcheck) lint_cppcheck ;;
    scripts) lint_scripts ;;
    man) lint_man ;;
    *)
        sed -n '2,6p' "$0"
        exit 2
        ;;
esac
