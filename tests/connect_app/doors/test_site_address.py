from __future__ import annotations

import pytest

from connect_app.doors.site_address import origin_of, shown_address, site_address
from connect_app.errors import Malformed

SUFFIXES = (".atlassian.net", ".jira.com", "jira.intranet.example")


def allowed(url: str, *, development: bool = False) -> str:
    return site_address(url, suffixes=SUFFIXES, development=development)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://demo.atlassian.net", "https://demo.atlassian.net"),
        ("https://demo.atlassian.net/", "https://demo.atlassian.net"),
        ("https://Demo.Atlassian.NET", "https://demo.atlassian.net"),
        ("https://a.b.jira.com/wiki/", "https://a.b.jira.com/wiki"),
        ("https://jira.intranet.example", "https://jira.intranet.example"),
    ],
)
def test_a_jira_site(url: str, expected: str) -> None:
    assert allowed(url) == expected


NOT_A_SITE = [
    "",
    "demo.atlassian.net",
    "http://demo.atlassian.net",
    "ftp://demo.atlassian.net",
    "//demo.atlassian.net",
    "https://",
    "https://.atlassian.net",
    "https://atlassian.net",
    "https://evilatlassian.net",
    "https://demo.atlassian.net.evil.example",
    "https://sub.jira.intranet.example",
    "https://demo.atlassian.net:443",
    "https://demo.atlassian.net:8443",
    "https://demo.atlassian.net:",
    "https://demo.atlassian.net:x",
    "https://demo.atlassian.net:99999",
    "https://user@demo.atlassian.net",
    "https://evil.example@demo.atlassian.net",
    "https://demo.atlassian.net@evil.example",
    "https://evil.example#.atlassian.net",
    "https://evil.example?.atlassian.net",
    "https://evil.example/.atlassian.net",
    "https://evil.example\\.atlassian.net",
    "https://demo.atlassian.net?x=1",
    "https://demo.atlassian.net#x",
    "https://demo.atlassian.net/../x",
    "https://demo.atlassian.net/./x",
    "https://demo.atlassian.net//x",
    "https://demo.atlassian.net/%2e%2e",
    "https://demo.atlassian.net.",
    "https://dem\u043e.atlassian.net",
    "https://demo\u3002atlassian.net",
    "https://-demo.atlassian.net",
    "https://127.0.0.1",
    "https://2130706433",
    "https://0x7f.1",
    "https://[::1]",
    "https://[::1",
    "https://127.1",
    "https://0",
    "https://0177.0.0.1",
    "https://10.0.0.1",
    "https://192.168.1.1",
    "https://[::ffff:127.0.0.1]",
    "https://[::ffff:7f00:1]",
    "https://[fe80::1]",
    "https://[fd00::1]",
    "https://\u2460\u2461\u2466.0.0.1",
    "https://127.0.0.1.atlassian.net@10.0.0.1",
    "https://localhost",
    "https://metadata.google.internal",
    "https://jira",
    "https://jira.local",
    "http://127.0.0.1:8080",
    "http://169.254.169.254",
    "https://demo .atlassian.net",
    "https://demo.atlassian.net\r\nX: y",
    "https://demo.atlassian.net/" + "a" * 255,
]


@pytest.mark.parametrize("url", NOT_A_SITE)
def test_not_a_jira_site(url: str) -> None:
    with pytest.raises(Malformed):
        allowed(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:8061", "http://localhost:8061/jira", "http://[::1]:8061"])
def test_loopback_in_development_only(url: str) -> None:
    assert allowed(url, development=True) == url
    with pytest.raises(Malformed):
        allowed(url)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.2", "http://10.0.0.1", "http://127.0.0.1.evil.example", "http://demo.atlassian.net"]
)
def test_development_opens_no_other_host(url: str) -> None:
    with pytest.raises(Malformed):
        allowed(url, development=True)


def test_a_suffix_with_a_numeric_address_cannot_be_reached() -> None:
    for url in ("https://10.0.0.1", "https://1.1"):
        with pytest.raises(Malformed):
            site_address(url, suffixes=("10.0.0.1", ".1"), development=False)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://help.demo.example/", "https://help.demo.example"),
        ("https://jira.demo.example", "https://jira.demo.example"),
        ("javascript:alert(1)", None),
        ("http://jira.demo.example", None),
        ("https://a;frame-ancestors *", None),
        ("https://*.example", None),
        ("https://10.0.0.1", None),
        ("https://x:y", None),
        ("", None),
        (None, None),
    ],
)
def test_an_address_to_show_is_sound_or_dropped(url: str | None, expected: str | None) -> None:
    assert shown_address(url, development=False) == expected


def test_an_origin_has_no_path() -> None:
    assert origin_of("https://Demo.atlassian.net/wiki") == "https://demo.atlassian.net"
    assert origin_of("http://127.0.0.1:8061/x") == "http://127.0.0.1:8061"
