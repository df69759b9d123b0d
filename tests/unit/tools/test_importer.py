# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What counts as a complaint of Galaxy's importer."""

from __future__ import annotations

import pytest

from tests.tools.importer import is_complaint


@pytest.mark.parametrize("line", ["ERROR: no", "WARNING: roles/a.yml:1: name[play]"])
def test_complaint(line: str) -> None:
    assert is_complaint(line)


@pytest.mark.parametrize("line", ["Loading role preflight", ""])
def test_no_complaint(line: str) -> None:
    assert not is_complaint(line)
