# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Harbor and its containers answer: is it healthy, do names resolve, is the registry reached."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..._errors import MigrationError
from ..._harbor.api.client import HarborClient
from ..._harbor.connection_test import probe_registry
from . import messages
from .request import NameResolutionRequest, problem_texts

_DNS = ("vpc_dns", "dnsmasq", "dns_update")


@dataclass(frozen=True)
class NameVerification:
    """Looks again for a while before it says what is wrong.

    :param inspect: runs the module host_deployment_info with further options and returns what it found.
    :param harbor: the client of Harbor, made when it is first needed.
    :param report: shows a sentence to the operator.
    :param check_mode: nobody makes a record because of a prediction, so it does not wait for one.
    """

    request: NameResolutionRequest
    inspect: Callable[..., Mapping[str, Any]]
    harbor: Callable[[], HarborClient]
    sleep: Callable[[float], None]
    report: Callable[[str], None]
    check_mode: bool = False

    def health_problem(self) -> str:
        """Which parts of Harbor are not healthy; empty when all are."""

        def look() -> str:
            try:
                health = self.harbor().health()
            except MigrationError as error:
                return error.message
            if health.get("status") == "healthy":
                return ""
            names = [str(one.get("name")) for one in health.get("components") or [] if one.get("status") != "healthy"]
            return f"{', '.join(names) or 'Harbor'} not healthy."

        return self._repeat(self.request.health_retries, "", look)

    def container_problems(self, directory: str, methods: Sequence[str]) -> tuple[list[str], list[str]]:
        """What is wrong inside the containers, and what could not be tested there.

        DNS gets time to give a new answer. The pods of a release were asked when they got the names.
        """
        request = self.request
        found: Mapping[str, Any] = {}

        def look() -> str:
            nonlocal found
            found = self.inspect(
                compose_directory=directory,
                names=[] if "helm" in methods else list(request.names),
                address=request.address,
                url=request.url,
            )
            return " ".join(problem_texts(found, ["answer"]))

        self._repeat(
            *self._patience(methods, request.verify_retries if any(one in methods for one in _DNS) else 0), look
        )
        # The clock was compared before; what could not be tested is tried by Harbor itself.
        relevant = {"running", "proxy", "answer", "connection"}
        relevant |= set() if request.insecure else {"trust"}
        relevant |= {"files"} if "compose_override" in methods else set()
        return problem_texts(found, relevant), problem_texts(found, ["untested"])

    def registry_problem(self, kind: str, methods: Sequence[str]) -> str:
        """Why Harbor itself does not reach the registry; empty when it does.

        :param kind: compose, kubernetes or bare. Where no container could be asked, this is what a wait is for.
        """
        request = self.request

        def look() -> str:
            try:
                return str(probe_registry(self.harbor(), request.url, "docker-registry", request.insecure)["reason"])
            except MigrationError as error:
                return str(error)

        patient = () if kind == "compose" else methods
        reason = self._repeat(*self._patience(patient, request.verify_retries), look)
        return reason and messages.unreached(request.url, reason, kind, request.address, request.names)

    def _patience(self, methods: Sequence[str], retries: int) -> tuple[int, str]:
        """How often to look again, and what is shown before: the operator gets time to make a record."""
        request = self.request
        if "manual" not in methods:
            return retries, ""
        if self.check_mode:
            return 0, ""
        often = math.ceil(request.wait_timeout / max(request.interval, 0.001))
        return often, messages.waiting_for_record(request.host, request.wait_timeout)

    def _repeat(self, retries: int, waiting: str, look: Callable[[], str]) -> str:
        """Look until nothing is wrong, and again at most so often; what is still wrong then.

        :param waiting: shown before the first wait.
        """
        problem = look()
        if problem and waiting:
            self.report(waiting)
        while problem and retries > 0:
            self.sleep(self.request.interval)
            retries -= 1
            problem = look()
        return problem
