# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation fragment of the argument group of the same name."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  tcr_secret_id:
    description:
      - The SecretId of the Tencent Cloud API key.
      - Without O(tcr_secret_id) and O(tcr_secret_key), the key is taken from the first of these places that has one, on
        the host where the module runs.
      - First, the environment variables E(TENCENTCLOUD_SECRET_ID) and E(TENCENTCLOUD_SECRET_KEY).
      - Second, the section C(default) of the file C(~/.tencentcloud/credentials).
      - Third, the profile of C(tccli) in C(~/.tccli) that E(TCCLI_PROFILE) or E(TENCENTCLOUD_PROFILE) names, C(default) if
        neither does. A profile may also name a role to assume, or use the role of the machine (C(use-cvm-role)).
      - Fourth, in a pod of TKE, the role of its service account, from E(TKE_ROLE_ARN), E(TKE_PROVIDER_ID),
        E(TKE_WEB_IDENTITY_TOKEN_FILE) and E(TKE_REGION), which TKE sets.
      - Fifth, the role of the machine if it is a CVM, as its metadata service reports it; the one that
        E(TENCENTCLOUD_CAM_ROLE_NAME) names, if set. On other machines it takes up to 2 seconds to find out.
      - With the key found, a role is assumed when O(tcr_role_arn) names one.
      - The keys of roles expire, and are renewed while a module runs.
    type: str
  tcr_secret_key:
    description:
      - The SecretKey that belongs to O(tcr_secret_id).
    type: str
  tcr_token:
    description:
      - The session token of a temporary key.
      - If the key comes from the environment, the token comes from E(TENCENTCLOUD_TOKEN) or
        E(TENCENTCLOUD_SECURITY_TOKEN).
    type: str
  tcr_role_arn:
    description:
      - The CAM role to assume with the key, for example V(qcs::cam::uin/100000000001:roleName/migration).
      - If not given, it is taken from E(TENCENTCLOUD_ROLE_ARN) or E(TENCENTCLOUD_ASSUME_ROLE_ARN), or from the profile of
        C(tccli) if the key comes from there. If these do not name one either, the key itself is used.
    type: str
  tcr_role_session_name:
    description:
      - The name under which the audit log shows what is done with the role.
      - If not given, it is taken from E(TENCENTCLOUD_ROLE_SESSION_NAME) or E(TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME), or from
        the profile; else it is C(cloud_registry.migration).
    type: str
  tcr_role_duration:
    description:
      - Seconds until a key of the role expires and is renewed, at most 43200 and at most what the role allows.
      - If not given, it is taken from E(TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION); else the API chooses 7200.
    type: int
  tcr_role_external_id:
    description:
      - The external id that the trust policy of the role asks for.
      - If not given, it is taken from E(TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID).
    type: str
  tcr_region:
    description:
      - The region of the registry, for example V(ap-guangzhou).
      - If not given, it is taken from E(TENCENTCLOUD_REGION) or the C(tccli) profile. If these do not name one either,
        the registry is searched for in all regions.
    type: str
  tcr_endpoint:
    description:
      - Host or URL of the TCR API.
      - For example V(tcr.intl.tencentcloudapi.com) for accounts of the international site,
        V(tcr.ap-guangzhou.tencentcloudapi.com) to stay in one region, which finance regions demand, or
        V(tcr.internal.tencentcloudapi.com) from within a VPC of Tencent Cloud.
      - The other services that are needed (C(sts) for roles, C(tag) for tags of registries) are called at the endpoint with
        the same ending, or at this endpoint if its name does not begin with C(tcr.).
    type: str
    default: tcr.tencentcloudapi.com
  tcr_validate_certs:
    description:
      - Whether to verify the certificates of the TCR API and of the registry.
    type: bool
    default: true
  tcr_ca_path:
    description:
      - File or directory with the certificate authorities to trust instead of the usual ones.
    type: path
  tcr_timeout:
    description:
      - Seconds to wait for a connection, and for each part of an answer. A whole answer may take twice as long.
    type: int
    default: 60
  tcr_registry:
    description:
      - What M(cloud_registry.migration.tcr_instance_info) returned for the registry (an item of
        RV(cloud_registry.migration.tcr_instance_info#module:instances)), so that it is not looked up again.
      - It is not used for another registry, nor if its status is not V(Running); then the registry is looked up.
      - Modules that manage or list registries themselves always ask.
    type: dict
requirements:
  - requests >= 2.28
notes:
  - The clock of the host where the module runs must be right to 5 minutes, because requests to the TCR API are signed
    with its time.
"""
