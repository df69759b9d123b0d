#!/bin/sh
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Prints the working Pythons of this machine, newest first, one per line: "3.12 /full/path/to/python3.12".
# Looks on PATH and where version managers keep their versions. Each candidate is run, because a shim of a version
# manager can be there and fail. A Python counts only if it can make virtual environments with pip.
set -u

probe='
import os, sys
import ensurepip, ssl, venv
if sys.prefix == sys.base_prefix and sys.version_info.releaselevel == "final":
    print("%d.%d %s" % (sys.version_info[0], sys.version_info[1], os.path.realpath(sys.executable)))
'

directories() {
    printf '%s\n' "$PATH" | tr ':' '\n' | while IFS= read -r directory; do
        printf '%s\n' "$directory"
        case $directory in
            # The real programs of a version manager are next to its shims.
            */shims) printf '%s\n' "$directory"/../versions/*/bin "$directory"/../installs/python/*/bin ;;
        esac
    done
    home=${HOME:-/nonexistent}
    printf '%s\n' "${PYENV_ROOT:-$home/.pyenv}"/versions/*/bin "$home"/.asdf/installs/python/*/bin \
        "$home"/.local/share/mise/installs/python/*/bin "$home"/.local/share/uv/python/*/bin \
        /usr/local/bin /usr/bin /opt/python*/bin /opt/homebrew/bin
}

directories | while IFS= read -r directory; do
    for candidate in "$directory"/python3.[0-9] "$directory"/python3.[0-9][0-9]; do
        [ -x "$candidate" ] && printf '%s\n' "$candidate"
    done
done | awk '!seen[$0]++' | while IFS= read -r candidate; do
    "$candidate" -I -c "$probe" </dev/null 2>/dev/null
done | sort -t ' ' -k 1,1Vr -s | awk '!seen[$1]++'
