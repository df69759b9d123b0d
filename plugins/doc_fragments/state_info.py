# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of migration_state_info."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  purpose:
    description:
      - V(migrate) gathers everything and predicts what a migration would be refused later.
      - V(verify) gathers what a comparison needs.
      - V(cleanup) gathers what carries the marker of the migration, and goes on when the registry is gone or does not
        answer. It fails while a replication of the migration runs, unless O(stop_running=true).
      - V(leftovers) lists what cleanup would remove, and never fails because a system does not answer.
    type: str
    choices: [migrate, verify, cleanup, leftovers]
    default: migrate
  migration_id:
    description: Name of the migration, which marks everything that it creates.
    type: str
    required: true
  registry_id:
    description: Id of the target registry. Takes precedence over O(registry_name).
    type: str
    default: ""
  registry_name:
    description: Name of the target registry.
    type: str
    default: ""
  registry_url:
    description: Address of the registry for image clients. Default is https and the public domain of the registry.
    type: str
    default: ""
  registry_connect_to:
    description: Host to which the controller is going to connect instead of what the name of the registry resolves to.
    type: str
    default: ""
  network:
    description: The network path from Harbor to the registry, V(public) or V(private).
    type: str
    default: public
  public_cidrs:
    description: Addresses from which Harbor connects to the public endpoint.
    type: list
    elements: str
    default: []
  access:
    description:
      - How long access stays, V(lease), V(run) or V(permanent). It is only checked here.
    type: str
    default: lease
  lease_hours:
    description: Hours after which access counts as expired. They are only checked here.
    type: int
    default: 72
  charts:
    description:
      - Whether the charts of ChartMuseum are moved. V(auto) moves them where Harbor has ChartMuseum, V(true) fails where it
        has none, V(false) leaves them where they are.
    type: raw
    default: auto
  chart_prefix:
    description:
      - Put in front of the name of each chart at the target, as in M(cloud_registry.migration.harbor_chart_migration).
    type: str
    default: ""
  report_repository:
    description:
      - A repository of the target, as namespace/repository, that will hold reports, as in
        M(cloud_registry.migration.migration_artifact). Its namespace is one of those that the target needs. It is refused when
        the migration copies into it.
    type: str
    default: ""
  allow_any_source:
    description: Permits V(0.0.0.0/0) in O(public_cidrs).
    type: bool
    default: false
  vpc_id:
    description: The VPC of the private link.
    type: str
    default: ""
  subnet_id:
    description: The subnet of the private link.
    type: str
    default: ""
  harbor_hosts:
    description: The hosts on which Harbor runs, which must learn the private address.
    type: list
    elements: str
    default: []
  hosts_methods:
    description: The chosen methods of name resolution; none means those that fit the deployment.
    type: list
    elements: str
    default: []
  stop_running:
    description: With O(purpose=cleanup), accept a running replication, because the caller is going to stop it.
    type: bool
    default: false
  continuous:
    description: With O(purpose=verify), whether each push is copied at once, so that the health of that is looked at as well.
    type: bool
    default: false
"""
