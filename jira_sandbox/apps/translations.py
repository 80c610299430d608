"""The words of an app in the viewer's language, from the files its descriptor names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

from jira_sandbox.apps.installation import Installation

FETCH_SECONDS = 5.0

Words = Mapping[str, str]


class Translations:
    """What was read of each app's files; read when somebody first looks at one of its pages, and once."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, str, str], Words] = {}

    def of(self, installation: Installation, language: str) -> Words:
        """An app's words in a language (`fr`), empty when it gives none."""
        paths = installation.descriptor.translations.get("paths") or {}
        path = next((paths[name] for name in paths if name.partition("-")[0] == language), None)
        if not isinstance(path, str):
            return {}
        known = (installation.key, installation.shared_secret, path)
        if known not in self._read:
            self._read[known] = _fetch(installation.descriptor.address(path))
        return self._read[known]


def text_of(value: Any, words: Words) -> str:
    """An i18n property as people read it: `{"value": …, "i18n": key}`, or a plain text."""
    if not isinstance(value, Mapping):
        return str(value or "")
    return words.get(str(value.get("i18n", "")), str(value.get("value", "")))


def _fetch(url: str) -> Words:
    try:
        with requests.Session() as session:
            session.trust_env = False
            found = session.get(url, timeout=FETCH_SECONDS, allow_redirects=False)
            words = found.json() if found.status_code == 200 else {}
    except (requests.RequestException, ValueError):
        return {}
    return {str(key): str(text) for key, text in words.items()} if isinstance(words, dict) else {}
