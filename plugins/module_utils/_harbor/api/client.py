# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The client of Harbor 1.8 to 1.10 and 2.x: one method a call, the same forms in and out whatever the version."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any

from ..._errors import ApiError, OutcomeUnknown
from ..._http.readable import readable
from .accounts import HarborAccountsApi
from .artifacts import HarborArtifactsApi
from .charts import HarborChartsApi
from .connection import SHORTEST_TARGET_TIMEOUT, HarborConnection
from .detection import HarborSystem
from .errors import is_unhealthy, unusable_target
from .payloads import flat_registry, merged_policy, nested_registry, policy_state, registry_state, repository_of
from .projects import HarborProjectsApi
from .robots import ROBOT_PREFIX, HarborRobotsApi

# The statuses of a task that writes nothing any more.
ENDED_TASK = frozenset({"Succeed", "Failed", "Stopped"})


class HarborClient:
    """One Harbor; thread-safe.

    :param url: the address under which the portal opens, ``https://host[:port]``.
    :param username: a system administrator, or a robot of the system with the rights for what is done.
    :param timeout: seconds; calls in which Harbor itself waits for a registry get at least 90.
    :param detected: what :meth:`detected` returned before, so that it is not read again.
    :raises InvalidInput: ``url`` is not an address, or ``detected`` is about another Harbor.
    :raises MissingLibrary: requests is not installed.

    Users and members are under ``accounts``, robot accounts under ``robots``, projects as things to change under
    ``administration``, charts of ChartMuseum under ``charts``. Every method may raise the errors of :meth:`HarborConnection.send`.
    """

    def __init__(
        self,
        url: str,
        username: str,
        password: str,
        validate_certs: bool = True,
        ca_path: str | None = None,
        timeout: float = 120,
        detected: Mapping[str, Any] | None = None,
    ) -> None:
        self._connection = HarborConnection(url, username, password, validate_certs, ca_path, timeout, detected)
        self._inventory = HarborArtifactsApi(self._connection)
        self.base_url = self._connection.base_url
        self.redactor = self._connection.redactor
        self.projects = self._inventory.projects
        self.repositories = self._inventory.repositories
        self.artifacts = self._inventory.artifacts
        self.push_times = self._inventory.push_times
        self.artifact = self._inventory.artifact
        self.project_artifacts = self._inventory.project_artifacts
        self.accounts = HarborAccountsApi(self._connection)
        self.charts = HarborChartsApi(self._connection)
        self.robots = HarborRobotsApi(self._connection)
        self.administration = HarborProjectsApi(self._connection)

    def system(self) -> HarborSystem:
        """Version, generation, read-only mode, current user, capabilities; read once."""
        return self._connection.system

    def detect(self) -> HarborSystem:
        """As :meth:`system`, but read now, even if an earlier detection was handed over."""
        return self._connection.detect()

    def detected(self) -> dict[str, Any]:
        """:meth:`system` as plain data that can be handed over to other clients of this Harbor."""
        return self.system().as_result(self.base_url, self._connection.username)

    @property
    def user_can_be_locked(self) -> bool:
        """Whether somebody's wrong password locks the user of the requests for a moment; robot accounts it does not."""
        return not self._connection.username.startswith(ROBOT_PREFIX)

    def health(self) -> dict[str, Any]:
        """``status`` and ``components`` (``name``, ``status``, perhaps ``error``)."""
        answer: dict[str, Any] = self._connection.get_public("/health", "report its health").json()
        for component in answer.get("components") or ():
            # What a component answered to core, perhaps a whole page of the proxy in front of it.
            if component.get("error"):
                component["error"] = readable(str(component["error"]))
        return answer

    def registries(self) -> list[dict[str, Any]]:
        """All registry endpoints, flat.

        Each with ``id``, ``name``, ``description``, ``type``, ``url``, ``access_key``, ``has_secret``, ``insecure``,
        ``ca_certificate``, ``status`` (a hint that may be five minutes old), ``creation_time``, ``update_time``.
        """
        return [registry_state(one) for one in self._connection.listing("/registries", "list the registry endpoints")]

    def create_registry(self, body: Mapping[str, Any]) -> int:
        """Create an endpoint and return its id. Harbor tests it first and stores nothing when it cannot use it.

        :param body: ``name``, ``type``, ``url``, and perhaps ``description``, ``insecure``, ``access_key``,
            ``access_secret``, ``ca_certificate``.
        :raises ApiError: with code UNHEALTHY when Harbor cannot use the registry.
        :raises AlreadyExists: the name is taken.
        """
        self.redactor.add(body.get("access_secret"))
        task = f"create the registry endpoint {body['name']!r}"
        with self._explain_target_errors(body, "Nothing was stored."):
            return self._connection.create("/registries", nested_registry(body), task, self._target_timeout)

    def update_registry(self, registry_id: int, body: Mapping[str, Any]) -> None:
        """Change what ``body`` names; Harbor tests the result first and changes nothing when it cannot use it.

        :param body: as for :meth:`create_registry`, but a type cannot be changed.
        """
        self.redactor.add(body.get("access_secret"))
        path, task = f"/registries/{registry_id}", f"change the registry endpoint {registry_id}"
        with self._explain_target_errors({"id": registry_id, **body}, "The endpoint was left as it was."):
            self._connection.send("PUT", path, task, json=flat_registry(body), timeout=self._target_timeout)

    def delete_registry(self, registry_id: int) -> None:
        """Delete an endpoint.

        :raises Conflict: a policy or a proxy cache uses it.
        """
        self._connection.send("DELETE", f"/registries/{registry_id}", f"delete the registry endpoint {registry_id}")

    def test_registry(self, body: Mapping[str, Any]) -> None:
        """Let Harbor try to use a registry: a stored one by ``{"id": N}``, or one by ``type``, ``url`` and so on.

        :raises ApiError: with code UNHEALTHY when it cannot.
        """
        self.redactor.add(body.get("access_secret"))
        path, task = "/registries/ping", "test the registry"
        with self._explain_target_errors(body, ""):
            self._connection.send("POST", path, task, json=flat_registry(body), timeout=self._target_timeout)

    def policies(self) -> list[dict[str, Any]]:
        """All replication policies.

        Each with ``id``, ``name``, ``description``, ``enabled``, ``override``, ``deletion``, ``filters``, ``trigger``
        (``type``, ``cron``), ``dest_namespace``, ``src_registry`` and ``dest_registry`` (``id``, ``name``, ``type``;
        id 0 is this Harbor), ``creation_time``, ``update_time``; and ``dest_namespace_replace_count``, ``speed``,
        ``copy_by_chunk``, ``single_active_replication``, each ``None`` where this Harbor has no such thing.
        """
        found = self._connection.listing("/replication/policies", "list the replication policies")
        return [policy_state(one) for one in found]

    def create_policy(self, body: Mapping[str, Any]) -> int:
        """Create a policy and return its id.

        :param body: the fields as Harbor's API names them; ``src_registry`` or ``dest_registry`` as ``{"id": N}``.
        :raises AlreadyExists: the name is taken.
        """
        return self._connection.create(
            "/replication/policies", body, f"create the replication policy {body.get('name')!r}"
        )

    def update_policy(self, policy_id: int, body: Mapping[str, Any]) -> None:
        """Change what ``body`` (as for :meth:`create_policy`) names and keep the rest."""
        path = f"/replication/policies/{policy_id}"
        stored = self._connection.get(path, f"read the replication policy {policy_id}")
        task = f"change the replication policy {policy_id}"
        self._connection.send("PUT", path, task, json=merged_policy(stored, body))

    def delete_policy(self, policy_id: int) -> None:
        """Delete a policy; from 2.2 on with all its executions.

        :raises Conflict: an execution of it is still running.
        """
        self._connection.send(
            "DELETE", f"/replication/policies/{policy_id}", f"delete the replication policy {policy_id}"
        )

    def executions(self, policy_id: int, limit: int | None = None) -> list[dict[str, Any]]:
        """The executions of a policy, newest first, all or the first ``limit``; fields as Harbor's API names them."""
        return self._connection.listing(
            "/replication/executions", f"list the executions of policy {policy_id}", {"policy_id": policy_id}, limit
        )

    def running_executions(self) -> list[dict[str, Any]]:
        """The executions of all policies that have not ended; fields as Harbor's API names them."""
        found = self._connection.listing(
            "/replication/executions", "list the executions that run", {"status": "InProgress"}
        )
        return [one for one in found if one.get("status") == "InProgress"]

    def start_execution(self, policy_id: int) -> int:
        """Start a policy and return the id of the execution; Harbor allows several at a time.

        :raises ApiError: the policy is disabled (:class:`InvalidRequest` up to 2.1, :class:`Conflict` later).
        """
        return self._connection.create(
            "/replication/executions",
            {"policy_id": policy_id},
            f"start the replication policy {policy_id}",
            timeout=self._target_timeout,
        )

    def execution(self, execution_id: int) -> dict[str, Any]:
        """One execution; fields as Harbor's API names them."""
        path = f"/replication/executions/{execution_id}"
        answer: dict[str, Any] = self._connection.get(path, f"read the execution {execution_id}")
        return answer

    def tasks(self, execution_id: int) -> list[dict[str, Any]]:
        """The tasks of an execution, one a repository; fields as Harbor's API names them, and ``repository``."""
        found = self._connection.listing(
            f"/replication/executions/{execution_id}/tasks", f"list the tasks of execution {execution_id}"
        )
        return [{**one, "repository": repository_of(str(one.get("src_resource") or ""))} for one in found]

    def task_log(self, execution_id: int, task_id: int) -> str:
        """The log of a task as text; Harbor keeps it for days only.

        :raises NotFound: there is none, or none any more.
        """
        path = f"/replication/executions/{execution_id}/tasks/{task_id}/log"
        return self._connection.send("GET", path, f"show the log of task {task_id} of execution {execution_id}").text

    def stop_execution(self, execution_id: int) -> None:
        """Ask for the end of an execution; running tasks end after the blob that they are copying."""
        self._connection.send("PUT", f"/replication/executions/{execution_id}", f"stop the execution {execution_id}")

    def server_time(self) -> datetime:
        """Harbor's clock (header Date of an answer, whole seconds); this host's when Harbor sends none."""
        date = self._connection.get_public("/systeminfo", "report the time").headers.get("Date", "")
        try:
            return parsedate_to_datetime(date).astimezone(timezone.utc)
        except (TypeError, ValueError, IndexError):
            return datetime.now(timezone.utc)

    @property
    def _target_timeout(self) -> float:
        return max(self._connection.timeout, SHORTEST_TARGET_TIMEOUT)

    @contextmanager
    def _explain_target_errors(self, body: Mapping[str, Any], consequence: str) -> Iterator[None]:
        """Explain failures of a call in which Harbor itself uses a registry."""
        target = str(body.get("url") or f"the registry of the endpoint {body.get('name') or body.get('id')}")
        if body.get("access_key"):
            target += f" as user {body['access_key']!r}"
        started = time.monotonic()
        try:
            yield
        except ApiError as error:
            if error.status == 500:
                error.advice = (
                    "Harbor answers this when it cannot even begin to use the registry: check that type, address and "
                    "user belong together (tencent-tcr needs an API key and a host of tencentcloudcr.com). Otherwise "
                    "the cause is only in the log of Harbor's core container (core.log)."
                )
            if not is_unhealthy(error):
                raise
            raise unusable_target(error, self.redactor(target), consequence) from None
        except OutcomeUnknown as error:
            if time.monotonic() - started < self._target_timeout:
                raise
            raise unusable_target(error, self.redactor(target), consequence) from None
