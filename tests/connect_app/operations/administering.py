"""Somebody's browser at the administration: in Jira with its tokens, or outside with an operator's link."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests

from connect_app.doors.installation import Installation
from connect_app.operations.mint_link import link_to_administration
from connect_app.runtime import Runtime
from scripts.desk.desk import Site

FRENCH = {"Accept-Language": "fr"}


@dataclass(frozen=True)
class Inside:
    """A viewer of a site's Jira; `account_id` is None for nobody logged in."""

    site: Site
    account_id: str | None

    def page(self, language: str = "fr") -> requests.Response:
        """The whole page, as Jira loads it into its iframe."""
        wanted = {"accountId": self.account_id, "module": "administration"}
        url = self.site.control.call("POST", f"{self._app}/page", wanted)["url"]
        return requests.get(url, timeout=20, allow_redirects=False, headers={"Accept-Language": language})

    def get(self, path: str = "", **asked: str) -> requests.Response:
        return self._send("GET", path, params=asked)

    def post(self, **fields: object) -> requests.Response:
        return self._send("POST", "", json=fields)

    def html(self, **asked: str) -> str:
        """What a part of the page says."""
        answer = self.get(**asked)
        assert answer.status_code == 200, answer.text
        return html.unescape(answer.json()["html"])

    def _send(self, method: str, path: str, **more: Any) -> requests.Response:
        token = self.site.control.call("POST", f"{self._app}/context-token", {"accountId": self.account_id})["token"]
        address = f"{self.site.house.base_url}/api/admin{path}"
        headers = {"Authorization": f"JWT {token}", **FRENCH}
        return requests.request(method, address, headers=headers, timeout=20, allow_redirects=False, **more)

    @property
    def _app(self) -> str:
        return f"/sites/{self.site.name}/apps/{self.site.house.settings.app_key}"


@dataclass(frozen=True)
class Outside:
    """Whoever holds an operator's link; no script runs here."""

    address: str
    site: str = ""

    @classmethod
    def over(cls, runtime: Runtime, installation: Installation | None) -> Outside:
        """A link over one site, or over all."""
        return cls(link_to_administration(runtime.parts, installation, hours=1))

    def get(self, path: str = "", **asked: str) -> requests.Response:
        before, _, query = self.address.partition("?")
        asked |= {"site": self.site} if self.site else {}
        return requests.get(f"{before}{path}?{query}", params=asked, timeout=20, allow_redirects=False, headers=FRENCH)

    def post(self, **fields: str) -> requests.Response:
        asked = {"site": self.site} if self.site else {}
        return requests.post(self.address, params=asked, data=fields, timeout=20, allow_redirects=False, headers=FRENCH)

    def says(self, **asked: str) -> str:
        answer = self.get(**asked)
        assert answer.status_code == 200, answer.text
        return html.unescape(answer.text)


def problem_of(answer: requests.Response) -> str:
    """The one line that says what was wrong."""
    assert answer.status_code == 400, answer.text
    text = answer.json()["html"] if answer.headers["Content-Type"] == "application/json" else answer.text
    (line,) = re.findall(r'<p role="alert" class="problem notice">(.*?)</p>', text)
    return html.unescape(line)


def path_of(address: str) -> str:
    return urlsplit(address).path
