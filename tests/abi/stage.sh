#!/bin/sh
# stage.sh BUILD: installs the build into BUILD/stage, by way of another name:
# nothing that is installed may remember where it was put.
set -eu
rm -rf "$1/stage" "$1/stage-made"
cmake --install "$1" --prefix "$1/stage-made" >"$1/stage.log"
mv "$1/stage-made" "$1/stage"
