# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refuse a command line that leaves out tasks or everybody: its run would end well although nothing was done. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_TAGS_ELSEWHERE = (
    "in AWX, clear the fields Job tags and Skip tags; ansible.cfg sets them in the section [tags], "
    "the environment in ANSIBLE_RUN_TAGS and ANSIBLE_SKIP_TAGS"
)


@dataclass(frozen=True)
class Invocation:
    """How ansible-playbook was called.

    :param tags: of ``--tags``; Ansible says ``all`` where none was given.
    :param skip_tags: of ``--skip-tags``.
    :param limit: of ``--limit``; empty when there is none.
    :param hosts: the hosts of the inventory that the limit leaves.
    :param harbor_hosts: the group ``harbor``.
    :param start_at_task: of ``--start-at-task``; empty when it was not given.
    :param step: whether ``--step`` was given.
    """

    tags: Sequence[str] = ("all",)
    skip_tags: Sequence[str] = ()
    limit: str = ""
    hosts: Sequence[str] = ()
    harbor_hosts: Sequence[str] = ()
    start_at_task: str = ""
    step: bool = False

    def refusal(self) -> str:
        """Why the playbooks do not run like this, and what to do; empty when they do."""
        tags = [tag for tag in self.tags if tag != "all"]
        given = [
            f"{option} {','.join(values)}"
            for option, values in (("--tags", tags), ("--skip-tags", self.skip_tags))
            if values
        ]
        if given:
            return (
                f"The playbooks of cloud_registry.migration have no tags and run as a whole, but found {' and '.join(given)}. "
                f"With tags, Ansible leaves out tasks and still reports success. Run again without tags ({_TAGS_ELSEWHERE})."
            )
        skips = [
            *([f"--start-at-task '{self.start_at_task}'"] if self.start_at_task else []),
            *(["--step"] if self.step else []),
        ]
        if skips:
            return (
                f"The playbooks of cloud_registry.migration run as a whole, but found {' and '.join(skips)}. Run again without: "
                "what an earlier run has done is found and not done again, and plan shows what is left to do."
            )
        # A localhost that the inventory does not name is in no list of hosts, but it can be in the limit.
        if self.limit and not {"localhost", *self.harbor_hosts} & {
            *self.hosts,
            *self.limit.replace(":", ",").split(","),
        }:
            return (
                f"The limit '{self.limit}' leaves out localhost and every host of the group harbor, so that nothing would be "
                "done, and the run would still succeed. Run again without a limit."
            )
        return ""
