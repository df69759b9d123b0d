# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation fragment of the argument group of the same name."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  name:
    description:
      - The name of the endpoint, unique in Harbor.
    type: str
  url:
    description:
      - The address of the registry with V(http://) or V(https://), for TCR V(https://<registry>.tencentcloudcr.com).
      - Needed unless O(state=absent). When it changes, O(access_secret) must be given too.
    type: str
  type:
    description:
      - The kind of registry. It cannot be changed. If not given, a new endpoint is V(docker-registry).
      - For TCR use V(docker-registry). V(tencent-tcr) needs an API key instead of a user, and works with some TCR
        registries only.
    type: str
  description:
    description:
      - The description. With O(migration_id), its marker is added.
    type: str
  insecure:
    description:
      - Whether Harbor accepts any certificate of the registry. If not given, a new endpoint does not.
    type: bool
  access_key:
    description:
      - The user with which Harbor logs in to the registry. Empty to log in no more.
    type: str
  access_secret:
    description:
      - The password of that user. Harbor never returns it, see O(update_secret).
    type: str
  ca_certificate:
    description:
      - Certificate authorities (PEM) that Harbor trusts for this registry. Needs Harbor 2.15 or later.
    type: str
  registries:
    description:
      - Several endpoints, each with the options above, instead of O(name).
      - What is given beside this list holds for each item that does not say otherwise.
      - With O(state=exact), all others are deleted; with O(migration_id), only others of that migration.
    type: list
    elements: dict
    suboptions:
      name: {description: [As O(name).], type: str, required: true}
      url: {description: [As O(url).], type: str}
      type: {description: [As O(type).], type: str}
      description: {description: [As O(description).], type: str}
      insecure: {description: [As O(insecure).], type: bool}
      access_key: {description: [As O(access_key).], type: str}
      access_secret: {description: [As O(access_secret).], type: str}
      ca_certificate: {description: [As O(ca_certificate).], type: str}
"""
