# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options of the argument group HARBOR_NAME_RESOLUTION."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  state:
    description:
      - V(checked) only reads, and fails when something would spoil a migration, such as a wrong clock, a certificate that is not
        trusted, a proxy in between, or a start of Compose that ignores the override.
      - V(present) adds the names, V(absent) removes what was added by any method.
      - V(verified) resolves the names inside the containers, connects from there, and lets Harbor itself try the registry.
    type: str
    choices: [checked, present, absent, verified]
    default: present
  migration_id:
    description: Name of the migration, which marks what belongs to it.
    type: str
    required: true
  address:
    description: The address of the names, IPv4 or IPv6.
    type: str
  address_pending:
    description: Whether the address is not known yet, which is possible in check mode.
    type: bool
    default: false
  names:
    description: The names of the registry.
    type: list
    elements: str
    default: []
  url:
    description: The address of the registry that Harbor must reach.
    type: str
  public_url:
    description: An address whose certificate is from a public authority, or its host. It is tried where O(url) is not reached
      yet, to tell whether the containers trust public authorities.
    type: str
  insecure:
    description: Whether Harbor does not verify the certificate of the registry.
    type: bool
    default: false
  bypass_proxy:
    description: Whether the registry is reached over a private link, so that Harbor needs the names and no proxy may be in between.
    type: bool
    default: false
  methods:
    description:
      - How the names are added. Without it V(hosts_file) and V(compose_override) for containers of Compose, V(helm) for a release
        of Harbor's chart, V(hosts_file) where neither is found.
      - V(helm) and V(vpc_dns) are left to other modules, and returned as RV(pending_methods).
      - V(dns_update) updates the DNS server of the site from the controller. A TXT record beside each address carries the marker of
        the migration; a name that exists without one is never touched.
      - V(manual) shows the record that is needed, and waits with O(state=verified) until the containers get it.
    type: list
    elements: str
    choices: [hosts_file, compose_override, vpc_dns, dnsmasq, helm, dns_update, manual, none]
    default: []
  hosts_file:
    description: The hosts file.
    type: str
    default: /etc/hosts
  dnsmasq_file:
    description: The file with the records for dnsmasq.
    type: str
  dnsmasq_reload:
    description: The command after which dnsmasq has read the file.
    type: str
  compose_directory:
    description: The directory with C(docker-compose.yml). Without it the one that the containers name.
    type: str
  compose_command:
    description: The compose command, with C(-f) where the site uses it. Without it the one that is found.
    type: str
  services:
    description: The services of Harbor that must know the names.
    type: list
    elements: str
    default: [core, jobservice]
  proxy_service:
    description: The service that is restarted when the others were recreated.
    type: str
    default: proxy
  unit_directories:
    description: Where units of systemd are, which may start Harbor without the override of Compose.
    type: list
    elements: str
    default: [/etc/systemd/system, /usr/local/lib/systemd/system, /usr/lib/systemd/system, /lib/systemd/system]
  helm_release:
    description: The release of Harbor's chart. Without it the one that kubectl finds.
    type: str
  helm_namespace:
    description: Its namespace. Without it the one that kubectl finds.
    type: str
  restart:
    description: Whether services may be recreated. If not, RV(manual_steps) says what to run.
    type: bool
    default: true
  backup:
    description: Whether to keep a copy of each file that is changed.
    type: bool
    default: true
  clock_offset:
    description: Seconds by which the clock of the cloud is ahead of the controller's. Without it clocks are not compared.
    type: raw
  clock_tolerance:
    description: Seconds by which Harbor's clock may be wrong.
    type: float
    default: 60
  dns_update_server:
    description: The primary DNS server of the zone, for V(dns_update), by name or address, with C(:PORT) behind it where that is not
      53. It is reached over TCP.
    type: str
  dns_update_zone:
    description: The zone that is updated. Without it the one that the server has for the name.
    type: str
  dns_update_key_name:
    description: The name of the key (TSIG) with which queries and updates are signed. Without it they are not signed.
    type: str
  dns_update_key_secret:
    description: The key, in Base64.
    type: str
  dns_update_key_algorithm:
    description: The algorithm of the key.
    type: str
    choices: [hmac-sha256, hmac-sha384, hmac-sha512, hmac-sha224, hmac-sha1]
    default: hmac-sha256
  lease_hours:
    description:
      - After how many hours the names count as expired; V(0) for never. Without this option an end stays as it is.
      - The end is in a file in O(state_directory), whatever the methods, because a change of what they write may recreate
        containers. It is renewed when less than half of the hours is left, which is the action C(renew) of a C(lease).
    type: int
  first_host:
    description: Whether this host makes what several hosts share, which is the record of V(dns_update).
    type: bool
    default: true
  wait_timeout:
    description: Seconds to wait for the record of V(manual).
    type: float
    default: 900
  registry_id:
    description: Id of the registry, for the record in a VPC.
    type: str
  vpc_id:
    description: The VPC of that record.
    type: str
  state_directory:
    description: Directory on the host with the note that this migration made the record in the VPC.
    type: str
    default: /var/lib/cloud_registry.migration
  health_retries:
    description: How often to look again whether Harbor is healthy.
    type: int
    default: 60
  verify_retries:
    description: How often to look again while DNS does not give the address, or Harbor does not reach the registry.
    type: int
    default: 6
  interval:
    description: Seconds between two looks.
    type: float
    default: 5
  applied:
    description: The result of O(state=present) for this host, which O(state=verified) verifies and hands on.
    type: dict
  play_actions:
    description: The RV(actions) of all hosts of the run. In check mode nothing is verified when some host has any, because the
      names are only predicted.
    type: list
    elements: dict
    default: []
  ask_harbor:
    description: Whether O(state=verified) lets Harbor itself try the registry. One host of several that run one Harbor is enough.
    type: bool
    default: true
"""
