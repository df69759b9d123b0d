# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An error answer of the TCR API."""

from __future__ import annotations


class ApiError(Exception):
    """An error with its code and its message in both languages of the API; answered with HTTP 200."""

    def __init__(self, code: str, message: str, chinese: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.chinese = chinese or f"请求失败：{message}"

    def text(self, language: str) -> str:
        """The message in the language of header X-TC-Language: Chinese unless en-US is asked for."""
        return self.message if language == "en-US" else self.chinese


def not_found(what: str) -> ApiError:
    """Something named does not exist."""
    return ApiError("ResourceNotFound", f"{what} is not found.", f"{what} 不存在。")
