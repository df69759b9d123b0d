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
        the host where the module runs - the environment variables E(TENCENTCLOUD_SECRET_ID) and
        E(TENCENTCLOUD_SECRET_KEY), the file C(~/.tencentcloud/credentials), and the C(tccli) profile that
        E(TCCLI_PROFILE) or E(TENCENTCLOUD_PROFILE) names, C(default) if neither does.
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
  tcr_region:
    description:
      - The region of the registry, for example V(ap-guangzhou).
      - If not given, it is taken from E(TENCENTCLOUD_REGION) or the C(tccli) profile. If these do not name one either,
        the registry is looked for in all regions.
    type: str
  tcr_endpoint:
    description:
      - Host or URL of the TCR API.
      - For example V(tcr.intl.tencentcloudapi.com) for accounts of the international site, or
        V(tcr.ap-guangzhou.tencentcloudapi.com) to stay in one region.
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
      - Seconds to wait for a connection, and for an answer.
    type: int
    default: 60
requirements:
  - requests >= 2.28
notes:
  - The clock of the host where the module runs must be right to 5 minutes, because requests to the TCR API are signed
    with its time.
"""
