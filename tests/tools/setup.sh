#!/bin/sh
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# make setup: makes .venv with the newest working Python (3.11 or later), or finds that it is up to date.
set -eu
cd "$(dirname "$0")/../.."

if .venv/bin/python -c '' 2>/dev/null; then
    exec .venv/bin/python tests/tools/environments.py
fi

python=$(sh tests/tools/pythons.sh | awk '{ split($1, v, "."); if (v[1] == 3 && v[2] >= 11) { $1 = ""; print substr($0, 2); exit } }')
if [ -z "$python" ]; then
    echo "setup: expected Python 3.11 or later with the modules venv and ensurepip, found none on PATH or in the" >&2
    echo "directories of the usual version managers. Install one (Debian: apt-get install python3 python3-venv)." >&2
    exit 1
fi
exec "$python" tests/tools/environments.py
