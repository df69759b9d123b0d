# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs from one Harbor generation to the next, as one table. Handlers ask it, they never compare versions."""

from __future__ import annotations

from dataclasses import replace

from tests.sandbox.harbor.api.flavour import Flavour

_GENERAL_1_10 = (
    "with_notary with_admiral admiral_endpoint auth_mode registry_url external_url project_creation_restriction "
    "self_registration has_ca_root harbor_version registry_storage_provider_name read_only with_chartmuseum "
    "notification_enable"
)
_PROJECT_1_10 = (
    "project_id owner_id name creation_time update_time deleted owner_name current_user_role_id current_user_role_ids "
    "repo_count chart_count metadata cve_whitelist"
)
_USER_1_10 = (
    "user_id username email password password_version realname comment deleted role_name role_id has_admin_role "
    "reset_uuid creation_time update_time"
)
_REGISTRY_1 = "id name description type url token_service_url credential insecure status creation_time update_time"
_POLICY_1 = (
    "id name description creator src_registry dest_registry dest_namespace filters trigger deletion override enabled "
    "creation_time update_time"
)
_TASK_1_8 = "id execution_id resource_type src_resource dst_resource operation job_id status start_time end_time"
_TASK_1_10 = _TASK_1_8.replace("status", "status StatusRevision")
_ROBOT_1_8 = "id name description project_id expires_at disabled creation_time update_time"
_TAG_1_8 = "digest name size architecture os os.version docker_version author created config signature labels"
_EVERY_FAMILY = "registries policies executions projects repositories members robots users groups quotas system charts"
_KINDS_1_8 = "harbor docker-hub docker-registry huawei-SWR"
_KINDS_1_10 = (
    "harbor huawei-SWR google-gcr aws-ecr jfrog-artifactory quay-io helm-hub docker-registry gitlab azure-acr ali-acr "
    "docker-hub"
)
_KINDS_2_9 = (
    "ali-acr aws-ecr azure-acr docker-hub docker-registry dtr github-ghcr gitlab google-gcr harbor huawei-SWR "
    "jfrog-artifactory quay tencent-tcr"
)
_KINDS_2_7 = " ".join(sorted([*_KINDS_2_9.split(), "artifact-hub", "helm-hub"], key=str.lower))
_LISTED_2_15 = (
    "ali-acr aws-ecr azure-acr docker-hub docker-registry github-ghcr google-gcr harbor huawei-SWR jfrog-artifactory "
    "tencent-tcr volcengine-cr"
)


_V1_10 = Flavour(
    name="1.10",
    version="v1.10.19-b1a56175",
    dialect="1",
    base="/api",
    version_endpoint=False,
    legacy=_EVERY_FAMILY,
    max_page_size=None,
    system_keys=_GENERAL_1_10,
    anonymous_system_keys=None,
    project_keys=_PROJECT_1_10,
    user_keys=_USER_1_10,
    admin_key="has_admin_role",
    registry_keys=_REGISTRY_1,
    policy_keys=_POLICY_1,
    task_keys=_TASK_1_10,
    robot_keys="id name token description project_id expires_at disabled creation_time update_time",
    artifact_keys="",
    tag_keys=_TAG_1_8 + " immutable push_time pull_time",
    accessories="",
    kinds=_KINDS_1_10,
    listed_kinds=_KINDS_1_10,
    limited_kinds=False,
    adapter_patterns=True,
    registries_paged=False,
    stored_status="",
    newest_first="executions tasks",
    csrf_status=422,
    csrf_message="",
    session_cookies="_xsrf sid",
    csrf_cookies="",
    csrf_paths="/api/",
    health_method="HEAD",
    dial_timeout=False,
    policy_features="creator",
    resource_values="image chart",
    label_form="list",
    label_filter_works=True,
    resource_filter_works=True,
    strict_cron=False,
    namespace_checked=False,
    status_mode="live",
    stored_execution_status="forgotten",
    counters_lag=False,
    task_text="first_tag",
    resource_type="image",
    first_task_status="Initialized",
    retention=False,
    platforms="one",
    blob_attempts=5,
    copied_types="docker",
    refusal_text="http error: code {status}, message {body}",
    pushed_lists=False,
    quotas="count storage",
    group_types_by_name="2 3",
    highest_role=5,
    external_deletion=False,
    robot_expiry=False,
    rbac=False,
    robots="project",
    robot_form="token",
    robot_catalogue=False,
    system_permissions_cancel_project=False,
    project_by_name=False,
    all_repositories=False,
    project_artifacts=False,
    queues=False,
    read_only_everywhere=False,
    compose_version_key=True,
)

_V1_8 = replace(
    _V1_10,
    name="1.8",
    version="v1.8.6-5d2c4c2d",
    system_keys=_GENERAL_1_10.replace("with_notary", "with_notary with_clair").replace(" notification_enable", ""),
    project_keys=_PROJECT_1_10.replace(" current_user_role_ids", "")
    .replace(" cve_whitelist", "")
    .replace("owner_name", "owner_name togglable"),
    user_keys=_USER_1_10.replace(" password_version", ""),
    task_keys=_TASK_1_8,
    robot_keys=_ROBOT_1_8,
    tag_keys=_TAG_1_8,
    kinds=_KINDS_1_8,
    listed_kinds=_KINDS_1_8,
    adapter_patterns=False,
    csrf_status=403,
    label_form="string",
    label_filter_works=False,
    status_mode="frozen",
    stored_execution_status="seen",
    task_text="five_tags",
    blob_attempts=1,
    quotas="",
    group_types_by_name="2",
    highest_role=4,
)

_V2_0 = replace(
    _V1_10,
    name="2.0",
    version="v2.0.6-35869dbd",
    dialect="2.0",
    base="/api/v2.0",
    version_endpoint=True,
    legacy=_EVERY_FAMILY.replace(" repositories", ""),
    system_keys=_GENERAL_1_10.replace(" with_admiral admiral_endpoint", ""),
    user_keys=_USER_1_10.replace("has_admin_role", "sysadmin_flag admin_role_in_auth"),
    admin_key="sysadmin_flag",
    artifact_keys=(
        "id type media_type manifest_media_type project_id repository_id digest size push_time pull_time extra_attrs "
        "annotations references tags addition_links labels"
    ),
    stored_status="healthy",
    newest_first="executions tasks repositories artifacts",
    csrf_status=403,
    csrf_message="CSRF token invalid",
    session_cookies="sid",
    csrf_cookies="_gorilla_csrf __csrf",
    csrf_paths="/api/ /v2/ /service/",
    health_method="GET",
    dial_timeout=True,
    resource_values="image artifact chart",
    task_text="items",
    resource_type="artifact",
    platforms="all",
    copied_types="all",
    refusal_text="http status code: {status}, body: {body}",
    pushed_lists=True,
    quotas="storage",
    robot_expiry=True,
    read_only_everywhere=True,
)

_V2_9 = replace(
    _V2_0,
    name="2.9",
    version="v2.9.5-672ec4ad",
    dialect="2",
    legacy="",
    max_page_size=100,
    system_keys=(
        "auth_mode banner_message current_time external_url harbor_version has_ca_root notification_enable "
        "primary_auth_mode project_creation_restriction read_only registry_storage_provider_name registry_url "
        "self_registration"
    ),
    anonymous_system_keys="auth_mode banner_message harbor_version primary_auth_mode self_registration",
    project_keys=(
        "creation_time current_user_role_id current_user_role_ids cve_allowlist metadata name owner_id owner_name "
        "project_id repo_count update_time registry_id"
    ),
    user_keys="admin_role_in_auth comment creation_time email realname sysadmin_flag update_time user_id username",
    registry_keys="creation_time credential description id insecure name status type update_time url",
    policy_keys=(
        "copy_by_chunk creation_time deletion description dest_namespace dest_namespace_replace_count dest_registry "
        "enabled filters id name override replicate_deletion speed src_registry trigger update_time"
    ),
    task_keys="dst_resource end_time execution_id id job_id operation resource_type src_resource start_time status",
    robot_keys=("creation_time description disable duration editable expires_at id level name permissions update_time"),
    artifact_keys=(
        "accessories addition_links annotations digest extra_attrs icon id labels manifest_media_type media_type project_id "
        "pull_time push_time references repository_id size tags type"
    ),
    accessories="config",
    kinds=_KINDS_2_9,
    listed_kinds=_KINDS_2_9,
    registries_paged=True,
    newest_first="executions tasks repositories artifacts tags policies",
    csrf_cookies="_gorilla_csrf",
    policy_features="dest_namespace_replace_count decoration speed copy_by_chunk",
    resource_values="image artifact",
    resource_filter_works=False,
    strict_cron=True,
    namespace_checked=True,
    status_mode="refreshed",
    stored_execution_status="seen",
    first_task_status="Pending",
    retention=True,
    group_types_by_name="1 2 3",
    external_deletion=True,
    robot_expiry=False,
    rbac=True,
    robots="both",
    robot_form="secret",
    system_permissions_cancel_project=True,
    project_by_name=True,
    all_repositories=True,
    queues=True,
)

# Not recorded, but read in the source of v2.7.4: the last release with ChartMuseum, whose only accessories are signatures.
_V2_7 = replace(
    _V2_9,
    name="2.7",
    version="v2.7.4-8693b25a",
    system_keys=(
        "auth_mode current_time external_url harbor_version has_ca_root notification_enable project_creation_restriction "
        "read_only registry_storage_provider_name registry_url self_registration with_chartmuseum with_notary"
    ),
    anonymous_system_keys="auth_mode harbor_version self_registration",
    project_keys="chart_count " + _V2_9.project_keys,
    accessories="cosign",
    kinds=_KINDS_2_7,
    listed_kinds=_KINDS_2_7,
    csrf_paths=_V2_9.csrf_paths + " /chartrepo/",
    resource_values="image artifact chart",
    resource_filter_works=True,
    strict_cron=False,
    status_mode="live",
)

_V2_15 = replace(
    _V2_9,
    name="2.15",
    version="v2.15.2-080b0220",
    system_keys=_V2_9.system_keys.replace("notification_enable", "notification_enable oidc_provider_name"),
    anonymous_system_keys="auth_mode banner_message oidc_provider_name primary_auth_mode self_registration",
    registry_keys=_V2_9.registry_keys.replace("creation_time", "ca_certificate creation_time"),
    policy_keys=_V2_9.policy_keys.replace("speed", "single_active_replication speed"),
    robot_keys=_V2_9.robot_keys.replace("creation_time", "creation_time creator_ref creator_type"),
    artifact_keys=_V2_9.artifact_keys.replace("accessories", "accessories artifact_type repository_name"),
    accessories="artifact_type",
    kinds=_KINDS_2_9 + " volcengine-cr",
    listed_kinds=_LISTED_2_15,
    limited_kinds=True,
    csrf_message="CSRF token not found in request",
    policy_features=_V2_9.policy_features + " single_active_replication",
    counters_lag=True,
    robots="system",
    robot_catalogue=True,
    system_permissions_cancel_project=False,
    project_artifacts=True,
    compose_version_key=False,
)

FLAVOURS = {flavour.name: flavour for flavour in (_V1_8, _V1_10, _V2_0, _V2_7, _V2_9, _V2_15)}


def flavour_of(version: str) -> Flavour:
    """The flavour of a name like "2.15". Raises ValueError for one that the sandbox does not have."""
    if version not in FLAVOURS:
        raise ValueError(f"the sandbox has no Harbor {version!r}; it has {', '.join(FLAVOURS)}")
    return FLAVOURS[version]
