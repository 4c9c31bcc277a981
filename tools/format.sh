#!/bin/sh
# Formats the C sources in place, or with --check says which ones are not.
set -eu
cd "$(dirname "$0")/.."

mode=-i
if [ "${1:-}" = --check ]; then
    mode='--dry-run --Werror'
fi
# $mode is two words on purpose.
# shellcheck disable=SC2086
python3 - <<'END' | xargs -0 clang-format-14 $mode
import sys
sys.path.insert(0, "tools")
from sources import sources
print("\0".join(str(path) for path in sources()), end="")
END
