# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixed lists that Harbor hands out: permissions for robots, patterns of endpoints, configuration items."""

from __future__ import annotations

from typing import Any

PERMISSIONS: dict[str, dict[str, str]] = {
    "project": {
        "log": "list",
        "project": "read delete update",
        "metadata": "read create delete list update",
        "repository": "read update delete list pull push",
        "artifact": "read create list delete",
        "scan": "create read stop",
        "sbom": "create stop read",
        "tag": "create list delete",
        "accessory": "list",
        "artifact-addition": "read",
        "artifact-label": "create delete",
        "scanner": "create read",
        "preheat-policy": "read create delete list update",
        "immutable-tag": "create delete list update",
        "notification-policy": "read create delete list update",
        "tag-retention": "read create delete list update",
        "label": "read create delete list update",
        "quota": "read",
        "robot": "create read list delete",
        "export-cve": "create read",
        "member": "create read update list delete",
    },
    "system": {
        "audit-log": "list",
        "preheat-instance": "read create delete list update",
        "project": "list create",
        "replication-policy": "read create delete list update",
        "replication": "read create list",
        "replication-adapter": "list",
        "registry": "read create delete list update",
        "scan-all": "read update stop create",
        "system-volumes": "read",
        "garbage-collection": "read create list update stop",
        "purge-audit": "read create list update stop",
        "jobservice-monitor": "list stop",
        "scanner": "read create delete list update",
        "label": "read create delete update",
        "security-hub": "read list",
        "catalog": "read",
        "quota": "read list update",
        "robot": "create read list delete",
        "user": "create read update list delete",
        "ldap-user": "create list",
        "user-group": "create read update list delete",
    },
}


def _pattern(kind: str, *hosts: str, credential: dict[str, str] | None = None) -> dict[str, Any]:
    endpoints = [{"key": host, "value": f"https://{host}"} for host in hosts] or None
    return {
        "endpoint_pattern": {"endpoint_type": f"EndpointPatternType{kind}", "endpoints": endpoints},
        "credential_pattern": credential,
    }


_GOOGLE_KEY = {
    "access_key_type": "AccessKeyTypeFix",
    "access_key_data": "_json_key",
    "access_secret_type": "AccessSecretTypeFile",
    "access_secret_data": "No Change",
}
_QUAY_KEY = {
    "access_key_type": "AccessKeyTypeFix",
    "access_key_data": "json_file",
    "access_secret_type": "AccessSecretTypeFile",
}

PATTERNS: dict[str, dict[str, Any]] = {
    "ali-acr": _pattern("List", "registry.cn-hangzhou.aliyuncs.com", "registry.cn-shanghai.aliyuncs.com"),
    "aws-ecr": _pattern("List", "api.ecr.us-east-1.amazonaws.com", "api.ecr.eu-west-1.amazonaws.com"),
    "docker-hub": _pattern("Fix", "hub.docker.com"),
    "github-ghcr": _pattern("Fix", "ghcr.io"),
    "google-gcr": _pattern("List", "gcr.io", "eu.gcr.io", credential=_GOOGLE_KEY),
    "helm-hub": _pattern("Fix", "hub.helm.sh"),
    "quay": _pattern("Standard", credential=_QUAY_KEY),
    "tencent-tcr": {"endpoint_pattern": None, "credential_pattern": None},
    "volcengine-cr": {"endpoint_pattern": None, "credential_pattern": None},
}

_TEXTS = (
    "audit_log_forward_endpoint banner_message disabled_audit_log_event_types http_authproxy_admin_groups "
    "http_authproxy_admin_usernames http_authproxy_endpoint http_authproxy_server_certificate "
    "http_authproxy_tokenreview_endpoint ldap_base_dn ldap_filter ldap_group_admin_dn ldap_group_attribute_name "
    "ldap_group_base_dn ldap_group_membership_attribute ldap_group_search_filter ldap_search_dn ldap_uid ldap_url "
    "oidc_admin_group oidc_client_id oidc_endpoint oidc_extra_redirect_parms oidc_group_filter oidc_groups_claim "
    "oidc_name oidc_scope oidc_user_claim uaa_client_id uaa_client_secret uaa_endpoint"
)
_SWITCHES = (
    "http_authproxy_skip_search http_authproxy_verify_cert ldap_group_attach_parallel ldap_verify_cert "
    "notification_enable oidc_auto_onboard oidc_logout oidc_verify_cert primary_auth_mode quota_per_project_enable read_only "
    "scanner_skip_update_pulltime self_registration skip_audit_log_database uaa_verify_cert"
)

CONFIGURATIONS: dict[str, Any] = {
    **dict.fromkeys(_TEXTS.split(), ""),
    **dict.fromkeys(_SWITCHES.split(), False),
    "auth_mode": "db_auth",
    "ldap_group_search_scope": 2,
    "ldap_scope": 2,
    "ldap_timeout": 5,
    "project_creation_restriction": "everyone",
    "robot_name_prefix": "robot$",
    "robot_token_duration": 30,
    "session_timeout": 60,
    "storage_per_project": -1,
    "token_expiration": 30,
}
