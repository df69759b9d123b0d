# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation fragment of the argument group of the same name."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  credential_id:
    description:
      - The id of an existing credential.
      - One of O(credential_id), O(secret), O(description) and O(migration_id) is required, unless O(temporary=true).
    type: str
  secret:
    description:
      - A secret that was stored. It carries the id of its credential, which is used as O(credential_id).
      - So the task fails if the credential of that secret was deleted, and returns whether it is enabled and when it ends.
    type: str
  description:
    description:
      - The text by which the credential is found; with O(credential_id), the new text.
      - At most 255 characters including the marker of O(migration_id) and the end of its lease.
    type: str
  temporary:
    description:
      - Make a credential that ends by itself after an hour. TCR does not list such credentials, so they can neither be
        found again nor deleted, and every run makes another one.
      - Cannot be combined with the other options.
    type: bool
    default: false
  enabled:
    description:
      - Whether the credential can be used. If not given, a new one is enabled and an existing one stays unchanged.
    type: bool
  rotate:
    description:
      - Make a new credential even if there is one. The old ones stay until they are deleted with O(state=absent).
    type: bool
    default: false
  keep_credential_ids:
    description:
      - Credentials that O(state=absent) does not delete although they match, for example the one that a rotation created.
    type: list
    elements: str
    default: []
"""
