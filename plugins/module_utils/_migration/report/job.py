# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who or which job runs a playbook, from the environment of the controller. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_NO_JOB: dict[str, str] = {"system": "", "id": "", "url": "", "user": ""}


def started_by(environment: Mapping[str, str], variables: Mapping[str, Any], login: str, host: str) -> dict[str, Any]:
    """Who runs the playbook.

    :param environment: of the process on the controller.
    :param variables: of the play; AWX gives ``awx_job_id``, ``awx_user_name`` and others (before: ``tower_``).
    :param login: the name of the controller's login, of the process that runs.
    :param host: the name of the controller.
    :returns: ``user`` (who asked the job for it, else the login), ``login``, ``host``, and ``job`` with ``system``, ``id`` and
        ``url``, each empty where there is none.
    """
    job = next((one for one in (_awx(environment, variables), _ci(environment)) if one), _NO_JOB)
    return {
        "user": job["user"] or login,
        "login": login,
        "host": host,
        "job": {name: job[name] for name in ("system", "id", "url")},
    }


def _awx(environment: Mapping[str, str], variables: Mapping[str, Any]) -> dict[str, str] | None:
    """AWX and Ansible Tower: extra variables of each job, and the environment of its container."""
    for prefix, system in (("awx", "AWX"), ("tower", "Ansible Tower")):
        identifier = str(variables.get(f"{prefix}_job_id") or "")
        if identifier:
            base = environment.get("AWX_HOST") or environment.get("TOWER_HOST") or ""
            url = f"{base.rstrip('/')}/#/jobs/playbook/{identifier}" if base else ""
            user = str(variables.get(f"{prefix}_user_name") or "")
            return {"system": system, "id": identifier, "url": url, "user": user}
    return None


def _ci(environment: Mapping[str, str]) -> dict[str, str] | None:
    def told(name: str) -> str:
        return environment.get(name, "")

    if told("GITLAB_CI"):
        user = told("GITLAB_USER_LOGIN")
        return {"system": "GitLab", "id": told("CI_JOB_ID"), "url": told("CI_JOB_URL"), "user": user}
    if told("GITHUB_ACTIONS"):
        run = told("GITHUB_RUN_ID")
        url = f"{told('GITHUB_SERVER_URL')}/{told('GITHUB_REPOSITORY')}/actions/runs/{run}"
        return {"system": "GitHub Actions", "id": run, "url": url, "user": told("GITHUB_ACTOR")}
    if told("JENKINS_URL"):
        user = told("BUILD_USER_ID")
        return {
            "system": "Jenkins",
            "id": told("BUILD_TAG") or told("BUILD_ID"),
            "url": told("BUILD_URL"),
            "user": user,
        }
    return None
