"""Asks each question once: several projects of one site are read with one reading of what they share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connect_app.jira.client import JiraAnswer
from connect_app.jira.patience import PLATFORM_API, PatientClient


@dataclass(frozen=True)
class RememberingClient(PatientClient):
    """A patient client for reading only, that knows its answers again; never kept longer than one reading."""

    answers: dict[tuple[str, str], JiraAnswer] = field(default_factory=dict, repr=False)

    def ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        api: str = PLATFORM_API,
    ) -> JiraAnswer:
        """As `PatientClient.ask`; a GET that was answered before is not sent again."""
        if method != "GET":
            return super().ask(method, path, params=params, body=body, api=api)
        question = (f"{api}/{path}", repr(sorted((params or {}).items())))
        if question not in self.answers:
            self.answers[question] = super().ask(method, path, params=params, body=body, api=api)
        return self.answers[question]
