#!/bin/sh
# run.sh [--sizes 10,100,...] [--engines postern,cedar,...] [--help]
#
# Measures Postern and the engines that setup.sh has built, one at a time.
exec python3 "$(dirname "$0")/run.py" "$@"
