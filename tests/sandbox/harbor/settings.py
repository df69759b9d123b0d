# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of the Harbor half: durations in seconds (real ones are scaled down), and switches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.sandbox.core.typed_settings import SettingsGroup, choice, listing, mapping


@dataclass
class HarborSettings(SettingsGroup):
    """How Harbor behaves. The real times are 0.5 s to the first task, 30 s of status lag, 16 to 118 s between runs."""

    # Durations of a replication
    harbor_flow_seconds: float = 0.3  # from the start of an execution until its first task exists
    harbor_task_creation_seconds: float = 0.02  # from one task to the next
    harbor_queue_seconds: float = 0.1  # how long a task waits for a worker at least
    harbor_task_seconds: float = 0.2  # how long a task runs at least
    harbor_status_lag_seconds: float = 1.5  # 2.8+: how often the status of executions is brought up to date
    harbor_counter_lag_seconds: float = 0.1  # 2.14+: tasks are listed before the counters know them
    harbor_retry_scale: float = 0.03  # factor on the pauses between the three runs of a task and between blob attempts
    harbor_workers: int = 10
    harbor_execution_retention: int = 50  # executions kept per policy (2.2+)

    harbor_failing_runs: dict[str, Any] = mapping()  # repository to the number of its first runs that fail
    harbor_failing_tasks: dict[str, Any] = (
        mapping()
    )  # repository to the number of its first tasks that fail in every run
    harbor_slow_content: dict[str, Any] = (
        mapping()
    )  # digest of a blob or manifest to the seconds before its upload ends
    harbor_stuck: list[str] = listing()  # repositories whose task never ends

    # Accounts
    harbor_auth_mode: str = choice("db_auth", "ldap_auth", "http_auth", "oidc_auth")  # where users come from
    harbor_lock_seconds: float = 1.5  # how long a user is locked after a wrong password
    harbor_password_seconds: float = 0.0  # what it costs to check the password of a user (2.15.2: 0.5 to 1.4 s of CPU)
    harbor_session_seconds: float = 3600.0  # how long a session lives that nobody uses
    harbor_login: str = choice("served", "not routed", "no cookies", "elsewhere")  # what a proxy in front makes of it
    harbor_directory_groups: list[str] = listing()  # groups of that place, for LDAP by distinguished name
    harbor_robot_prefix: str = "robot$"  # what 2.2+ puts in front of the names of robots
    harbor_quotas: bool = True  # storage limits of projects are switched on (1.9+)

    # Product and deployment
    harbor_version_shown: bool = True  # false: a build without a version string, which says "-"
    harbor_read_only: bool = False
    harbor_listed_kinds: bool = True  # false: 2.14+ started without its list of kinds answers an empty one
    harbor_clock_skew: float = 0.0  # current_time of systeminfo minus real time
    harbor_unhealthy: list[str] = listing()  # components that are not well
    harbor_charts: dict[str, Any] = mapping()  # until 2.7: project to chart to versions; not empty: ChartMuseum is on
    harbor_absolute_charts: bool = False  # ChartMuseum gives whole addresses of archives (chart.absolute_url)
    harbor_front_proxy: bool = True  # nginx in front decodes paths once
    harbor_stale_proxy: bool = True  # nginx answers 502 after core was recreated, until it is restarted
    harbor_restart_seconds: float = 0.2  # how long recreated containers are away
    harbor_queue_paused: bool = False  # the REPLICATION queue of the job service is paused (2.7+)
    harbor_connect_timeout: float = 3.0  # after which a connection to the target counts as timed out (really 30 s)
    harbor_drop_seconds: float = 0.2  # how long a connection hangs that nobody answers (really 30 s; 60 s on 1.x)
    harbor_compose: str = choice("docker compose", "docker-compose", "podman-compose")  # what is installed on the host
    harbor_proxy: str = ""  # the proxy in the environment of core and jobservice; it has a name resolution of its own
    harbor_no_proxy: list[str] = listing()  # names that they reach without it
    harbor_bundle: bool = True  # false: the containers have no list of certificate authorities
    harbor_lacking: list[str] = listing()  # programs that are not in the images
    harbor_untrusted: list[str] = listing()  # names whose certificate the containers do not trust
