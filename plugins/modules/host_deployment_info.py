#!/usr/bin/python
# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible module host_deployment_info."""

from __future__ import annotations

DOCUMENTATION = r"""
module: host_deployment_info
short_description: Tells how Harbor runs on a host, and what its containers resolve
version_added: 0.1.0
description:
  - Runs on a host of Harbor and detects whether Harbor runs there in Compose containers, as a release of its chart, or without
    containers.
  - Asks the containers themselves for names, clock, proxy and a connection, because they do not share the resolver of the host.
  - Needs the right to use the container engine, so usually C(become).
author: cloud_registry.migration contributors (@cloud-registry)
extends_documentation_fragment:
  - cloud_registry.migration.attributes
  - cloud_registry.migration.host_deployment
  - cloud_registry.migration.query
attributes:
  check_mode: {support: full}
  diff_mode: {support: N/A, details: The module changes nothing.}
  idempotent: {support: full}
  action_group: {support: none, details: The module talks to no API., membership: []}
"""

EXAMPLES = r"""
- name: Ask the containers for the name of the registry
  cloud_registry.migration.host_deployment_info:
    compose_directory: /opt/harbor
    names: [demo.tencentcloudcr.com]
    address: 10.0.1.6
  register: found

- name: Say what is wrong
  ansible.builtin.debug:
    msg: "{{ found.deployment.problems | map(attribute='text') }}"
"""

RETURN = r"""
deployment:
  description: What was found.
  returned: success
  type: dict
  contains:
    kind:
      description: V(compose), V(kubernetes), or V(bare) when neither containers nor a release of the chart were found.
      type: str
      sample: compose
    directory:
      description: The directory with C(docker-compose.yml).
      type: str
      sample: /opt/harbor
    engine:
      description: The container engine.
      type: str
      sample: docker
    command:
      description: The compose command.
      type: list
      elements: str
      sample: [docker, compose]
    files:
      description: The content of C(docker-compose.yml) and of each override that is there, encoded in Base64.
      type: dict
      sample: {docker-compose.yml: c2VydmljZXM6IHt9Cg==}
    override:
      description: The name of the override that gets names, which is the one that Compose reads.
      type: str
      sample: docker-compose.override.yml
    exists:
      description: Whether that override is there already.
      type: bool
    overrides_read:
      description: The names of the overrides that the compose command reads, if they are there.
      type: list
      elements: str
      sample: [docker-compose.override.yml]
    containers:
      description: The containers with C(service), C(name), C(running) and their extra C(hosts), name to addresses.
      type: list
      elements: dict
      sample: [{service: core, name: harbor-core, running: true, hosts: {}}]
    release:
      description: Namespace and name of the release of Harbor's chart.
      type: dict
      sample: {namespace: harbor, release: harbor, core: harbor-core}
    problems:
      description: What is wrong, with the place to put it right, as C(kind) and C(text). C(kind) is V(files), V(running), V(clock),
        V(proxy), V(answer), V(trust), V(connection), or V(untested) for what could not be found out.
      type: list
      elements: dict
      sample: []
"""

from ..module_utils._host.inspection import describe
from ..module_utils._module.clients.host import this_host
from ..module_utils._module.options.common import QUERY
from ..module_utils._module.options.host import HOST_DEPLOYMENT, host_probe
from ..module_utils._module.run import run_info


def main() -> None:
    run_info(
        arguments=HOST_DEPLOYMENT.merge(QUERY),
        collect=lambda call: {"deployment": describe(this_host(call), host_probe(call.parameters))},
        returns="deployment",
    )


if __name__ == "__main__":
    main()
