"""A service account's token goes to its own site and nowhere else."""

from __future__ import annotations

import base64

import pytest
import requests

from connect_app.clock import HostClock
from connect_app.doors.egress import authentication
from connect_app.doors.installation import Credentials, Door, Secrets
from connect_app.doors.token.basic import TokenAuth
from connect_app.errors import Misconfigured, NotAllowed
from connect_app.settings import Settings
from tests.connect_app.doors.conftest import site

LOGIN = Credentials(email="rélance@acme.test", token="ATATT-very-secret")  # noqa: S106 - made up
GATEWAY = "https://api.atlassian.com/ex/jira/1111"


def prepared(url: str, base: str = GATEWAY) -> requests.PreparedRequest:
    return requests.Request("GET", url, auth=TokenAuth(api_url=base, credentials=LOGIN)).prepare()


def test_the_login_is_sent_in_utf_8() -> None:
    kind, _, login = prepared(f"{GATEWAY}/rest/api/3/myself").headers["Authorization"].partition(" ")
    assert (kind, base64.b64decode(login).decode()) == ("Basic", f"{LOGIN.email}:{LOGIN.token}")


@pytest.mark.parametrize(
    "url",
    [
        "https://api.atlassian.com/ex/jira/2222/rest/api/3/myself",
        "https://api.atlassian.com/ex/jira/11112/rest",
        "https://api.atlassian.com/rest/api/3/myself",
        "http://api.atlassian.com/ex/jira/1111/rest",
        "https://api.atlassian.com:444/ex/jira/1111/rest",
        "https://api.atlassian.com.evil.test/ex/jira/1111/rest",
        "https://user@api.atlassian.com/ex/jira/1111/rest",
    ],
)
def test_another_place_gets_no_token(url: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        prepared(url)
    assert LOGIN.token not in str(refused.value)


def test_a_token_is_never_shown() -> None:
    assert LOGIN.token not in repr(Secrets(shared="s", credentials=LOGIN))
    assert LOGIN.email not in repr(Secrets(shared="s", credentials=LOGIN))


def test_a_site_without_a_login_says_so_instead_of_calling_as_somebody_else() -> None:
    with pytest.raises(Misconfigured, match="no API token"):
        authentication(site(Door.TOKEN), Secrets(shared="s"), Settings(), HostClock())
