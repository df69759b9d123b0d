# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation fragment of the argument group of the same name."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  namespace: {description: [The name of the namespace.], type: str, required: true}
  triggers:
    description:
      - The triggers. Options that are not given stay unchanged.
      - With O(state=exact), all others of the namespace are deleted; with O(migration_id), only others of that migration.
    type: list
    elements: dict
    required: true
    suboptions:
      name: {description: ["The name, unique in the namespace."], type: str, required: true}
      description: {description: ["The description. With O(migration_id), its marker is added."], type: str}
      enabled: {description: ["Whether the trigger works. If not given, a new one does."], type: bool}
      event_types:
        description:
          - The events, as the API names them, for example V(pushImage), V(pullImage) or V(deleteImage). A new trigger
            needs at least one.
        type: list
        elements: str
      condition:
        description:
          - A regular expression that limits the events. If not given, a new trigger notifies of all.
        type: str
      targets:
        description:
          - The web servers to notify. A new trigger needs at least one target.
        type: list
        elements: dict
        suboptions:
          address: {description: [The address of the web server.], type: str, required: true}
          headers:
            description:
              - Headers to send along, for example one that lets the server know who calls.
            type: dict
"""
