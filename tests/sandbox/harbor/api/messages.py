# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages of errors: for each case the HTTP status and text per dialect ("1" for 1.x, "2.0", "2" for the rest).

A dialect without an entry of its own uses the one before it.
"""

from __future__ import annotations

Case = dict[str, tuple[int, str]]

_UNHEALTHY = (400, "the registry is unhealthy")
_ONE_SIDE = "src_registry, dest_registry one of them should be empty and the other one shouldn't be empty \n"
_INVALID = "validation failure list:\n"
_NOT_TEXT = "the type of filter value isn't string"
_NOT_TEXTS = "the type of label filter value isn't string slice"
_ONE_SIDE_2 = "either src_registry or dest_registry should be empty and the other one shouldn't be empty"
_PASSWORD = "with at least 1 uppercase letter, 1 lowercase letter and 1 number"

CASES: dict[str, Case] = {
    "unauthorized": {"1": (401, "UnAuthorized"), "2": (401, "unauthorized")},
    "not_logged_in": {"1": (401, "UnAuthorize"), "2": (401, "unauthorized")},
    "forbidden": {"1": (403, "{who}")},
    "robot_has_no_user": {
        "1": (500, "user {who} does not exist in DB"),
        "2": (412, "get current user not available for security context: robot"),
    },
    "read_only": {"1": (403, "The system is in read only mode. Any modification is prohibited.")},
    "read_only_old": {"1": (503, "The system is in read only mode. Any modification is prohibited.")},
    "broken_json": {
        "1": (400, "Invalid json request"),
        "2": (422, 'validation failure list:\nparsing {subject} body from "" failed, because invalid character'),
    },
    "media_type": {"2.0": (415, 'unsupported media type "{given}", only [application/json] are allowed')},
    "page": {"1": (400, "invalid page")},
    "page_size": {"1": (400, "invalid page_size")},
    "page_size_too_big": {"2": (422, _INVALID + "page_size in query should be less than or equal to {limit}")},
    "not_a_number": {"2": (422, 'validation failure list:\n{name} in path must be of type int64: "{value}"')},
    "route_missing": {"2.0": (404, "path {path} was not found")},
    "method_missing": {"2.0": (405, "method {method} is not allowed")},
    "internal": {"1": (500, "Internal Server Error"), "2.0": (500, "internal server error")},
    # endpoints
    "registry_missing": {"1": (404, "registry {id} not found")},
    "registry_missing_write": {"1": (404, "Registry {id} not found"), "2": (404, "registry {id} not found")},
    "registry_name_taken": {"1": (409, "name '{name}' is already used"), "2": (409, "registry {name} already exists")},
    "registry_renamed_taken": {"1": (409, "name is already used"), "2": (409, "registry {name} already exists")},
    "registry_name_empty": {"2": (400, "name cannot be empty")},
    "registry_name_long": {"2": (400, "the max length of name is 64")},
    "registry_unhealthy": {"1": (400, "registry {url} is unhealthy: unhealthy"), "2.0": _UNHEALTHY},
    "ping_unhealthy": {"1": (400, ""), "2.0": _UNHEALTHY},
    "ping_incomplete": {"1": (400, "type or url cannot be empty")},
    "adapter_failed": {
        "1": (400, "health check to registry {url} failed: {reason}"),
        "2.0": _UNHEALTHY,
        "2": (500, "{reason}"),
    },
    "ping_adapter_failed": {"1": (500, "{reason}"), "2.0": _UNHEALTHY, "2": (500, "{reason}")},
    "registry_used": {
        "1": (412, "Can't delete registry {id},  {count} replication policies use it as {side} registry"),
        "2": (412, "the registry {id} is referenced by replication policies, cannot delete it"),
    },
    # policies
    "policy_missing": {"1": (404, "policy {id} not found"), "2": (404, "replication policy {id} not found")},
    "policy_name_taken": {
        "1": (409, "policy {name} already exists"),
        "2": (409, "replication policy {name} already exists"),
    },
    "policy_registry_missing": {"1": (400, "registry {id} not found"), "2": (404, "registry {id} not found")},
    "policy_running": {
        "1": (412, "the policy {id} has running executions, can not be deleted"),
        "2": (412, "contains executions that aren't in final status, stop the execution first"),
    },
    "policy_name_empty": {"1": (400, "name cannot be empty \n"), "2": (400, "empty name")},
    "policy_sides": {
        "1": (400, _ONE_SIDE),
        "2": (400, _ONE_SIDE_2),
    },
    "policy_filter_type": {"1": (400, "filters invalid filter type \n"), "2": (400, "invalid filter type")},
    "policy_filter_value": {
        "1": (400, "filters the type of filter value isn't string \n"),
        "2": (400, "the type of filter value isn't string"),
    },
    "policy_label_value": {
        "1": (400, "filters the type of label filter value isn't string slice \n"),
        "2": (400, "the type of label filter value isn't string slice"),
    },
    "policy_resource": {
        "1": (400, "filters invalid resource filter: {value} \n"),
        "2": (400, "invalid resource filter: {value}"),
    },
    "policy_decoration": {"2": (400, "invalid filter decoration")},
    "policy_trigger": {"1": (400, "trigger invalid trigger type \n"), "2": (400, "invalid trigger type")},
    "policy_cron_missing": {
        "1": (400, "trigger the cron string cannot be empty when the trigger type is scheduled \n"),
        "2": (400, "the cron string cannot be empty when the trigger type is scheduled"),
    },
    "policy_cron": {
        "1": (400, "trigger invalid cron string for scheduled trigger: {cron} \n"),
        "2": (400, "invalid cron string for scheduled trigger: {cron}"),
    },
    "policy_cron_seconds": {"2": (400, "the 1st field (indicating Seconds of time) of the cron setting must be 0")},
    "policy_cron_minutes": {
        "2": (400, "* is not allowed for the Minutes field of the cron setting of replication policy")
    },
    "policy_namespace": {"2": (400, "invalid destination namespace: {value}")},
    "policy_collected": {"1": (400, "{text}")},
    "policy_single_event": {"2": (500, "single active replication is not allowed for event based replication")},
    # executions
    "execution_missing": {"1": (404, "execution {id} not found"), "2": (404, "replication execution {id} not found")},
    "task_missing": {"1": (404, "task {id} not found"), "2": (404, "replication task {id} not found")},
    "policy_disabled": {"1": (400, "the policy {id} is disabled"), "2": (412, "the policy {id} is disabled")},
    # projects, repositories
    "project_missing": {"1": (404, "project {id} not found")},
    "project_taken": {"1": (409, "conflict project"), "2": (409, "The project named {name} already exists")},
    "project_name": {
        "1": (400, "invalid request: project name is not in lower case or contains illegal characters"),
        "2": (400, "project name is not in lower case or contains illegal characters"),
    },
    "project_not_empty": {
        "1": (412, "the project contains repositories, can not be deleted"),
        "2": (412, "the project contains repositories, can not be deleted"),
    },
    "repository_missing": {"1": (404, "repository {name} not found")},
    "artifact_missing": {"1": (404, "artifact {name} not found")},
    "chart_missing": {"1": (404, "fail to get chart: chart not found")},
    "chart_version_missing": {"1": (404, "fail to get chart version: no chart version found for {name}-{version}")},
    "chart_field_missing": {"1": (500, "no file with key chart in the form")},
    "project_id_needed": {"1": (400, "invalid project_id {value}")},
    "project_name_needed": {"1": (400, "project_name is needed")},
    # accounts
    "user_missing": {"1": (404, ""), "2": (404, "user {id} not found")},
    "user_taken": {
        "1": (409, "username has already been used"),
        "2": (409, "user {name} or email {email} already exists"),
    },
    "user_password": {
        "1": (400, "register error:the password or secret must longer than 8 chars " + _PASSWORD + "\n"),
        "2": (400, "the password or secret must be 8-128, inclusively, characters long " + _PASSWORD),
    },
    "user_email_missing": {
        "1": (400, "register error:Email can't be empty"),
        "2": (400, "email can't be empty"),
    },
    "user_realname": {
        "1": (400, "register error:realname with illegal length"),
        "2": (400, "realname with illegal length"),
    },
    "user_comment": {
        "1": (400, "register error:comment with illegal length"),
        "2": (400, "comment with illegal length"),
    },
    "user_same_password": {
        "1": (400, "the new password can not be same with the old one"),
        "2": (400, "New password is identical to old password"),
    },
    "user_external": {
        "1": (403, ""),
        "2": (403, "creating local user is not allowed under auth mode: {mode}"),
    },
    "user_not_modifiable": {
        "1": (403, "User with ID {id} cannot be modified"),
        "2": (403, "User with ID {id} can't be updated"),
    },
    "user_not_deletable": {
        "1": (403, "User with ID: {id} cannot be removed, auth mode: {mode}, current user ID: {own}"),
        "2": (403, "User with ID {id} cannot be deleted"),
    },
    "quota_missing": {"1": (404, "quota {id} not found")},
    "quota_resource": {"1": (400, "resource {name} not found")},
    "quota_value": {"1": (400, "invalid value for resource {name}")},
    "user_search_needs_name": {
        "1": (400, "username is required"),
        "2": (422, _INVALID + "username in query is required"),
    },
    "member_taken": {
        "1": (409, "Failed to add project member, already exist group or project member, groupMemberID:0"),
        "2": (409, "The project member specified already exist"),
    },
    "member_missing": {
        "1": (404, "project member {id} not found in project {project}"),
        "2": (404, "project member {id} not found"),
    },
    "member_unknown_user": {
        "1": (400, "Failed to add project member, error: user does not exist"),
        "2": (404, "user {name} not found"),
    },
    "member_unknown_group": {"1": (400, "Failed to add project member, error: group does not exist")},
    "member_no_entity": {"1": (500, "can not get valid member entity")},
    "member_role": {
        "1": (400, "Invalid role ID, role ID {role}"),
        "2": (400, "Failed to update project member, role is not in 1,2,3"),
    },
    "robot_missing": {"1": (404, "robot {id} not found")},
    "robot_taken": {"1": (409, "conflict robot account"), "2": (409, "robot account {name} already exists")},
    "robot_access": {"1": (400, "access required"), "2": (400, "bad request empty permission")},
    "robot_empty_access": {"2": (400, "bad request empty access")},
    "robot_permission": {"2": (400, "bad request permission")},
    "robot_name": {
        "1": (400, "invalid robot name: {name}"),
        "2": (400, "robot name is not in lower case or contains illegal characters"),
    },
    "robot_level": {"2": (400, "bad request error level input: {level}")},
    "robot_duration": {
        "2": (
            400,
            "bad request error duration input: {duration}, duration must be either -1(Never) or a positive integer",
        )
    },
    "robot_scope": {"2": (400, "bad request permission: {resource}:{action}")},
    "robot_legacy": {"2": (403, "editing of legacy robot is not allowed")},
    "robot_immutable": {"2": (400, "cannot update the level or name of robot")},
}

# Cases that a dialect answers without an envelope.
PLAIN_TEXT = {
    ("user_password", "1"),
    ("user_email_missing", "1"),
    ("user_realname", "1"),
    ("user_comment", "1"),
    ("read_only_old", "1"),
}

CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    409: "CONFLICT",
    412: "PRECONDITION",
    415: "UNSUPPORTED_MEDIA_TYPE",
    422: "UNPROCESSABLE_ENTITY",
    500: "UNKNOWN",
}
_ORDER = ("2", "2.0", "1")


def message(case: str, dialect: str, **details: object) -> tuple[int, str]:
    """HTTP status and text of a case in a dialect. Raises KeyError for a case that the dialect cannot meet."""
    texts = CASES[case]
    status, text = next(texts[name] for name in _ORDER[_ORDER.index(dialect) :] if name in texts)
    return status, text.format(**details)
