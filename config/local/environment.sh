#!/bin/sh
# Builds .venv from a locked requirements file, unless it is there and up to date:
#   sh config/local/environment.sh requirements/run.txt
# PYTHON=/path/to/python chooses the Python; otherwise the newest of the tried ones is taken.
set -eu
fit='import sys; sys.exit(sys.version_info < (3, 11))'
builder=config/local/install.py

say() {
    echo "$1" >&2
    exit 1
}

if ! [ -w . ]; then
    say "The directory $(pwd) cannot be written, so nothing can be installed in it."
fi
if .venv/bin/python -c "$fit" 2>/dev/null; then
    exec .venv/bin/python "$builder" "$1"
fi
if [ -n "${PYTHON:-}" ]; then
    "$PYTHON" -c "$fit" 2>/dev/null || say "PYTHON=$PYTHON is not a working Python 3.11 or newer."
    exec "$PYTHON" "$builder" "$1"
fi
for candidate in python3.13 python3.12 python3.11 python3.14 python3 python; do
    if "$candidate" -c "$fit" 2>/dev/null; then
        exec "$candidate" "$builder" "$1"
    fi
done
say "Python 3.11 or newer is needed, and none was found on PATH; PYTHON=/path/to/python names one."
