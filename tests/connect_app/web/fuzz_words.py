"""What the requests of the fuzz are made of: what is usual, what is odd, and what our own pages would send."""

from __future__ import annotations

from connect_app.web.webhooks import EVENTS

METHODS = ("GET", "GET", "POST", "POST", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "BREW", "get")
ODD = (
    "",
    " ",
    "\x00",
    "é",
    "\u202e",
    "\ud800",
    "%",
    "%00",
    "%2e%2e%2f",
    "../../etc/passwd",
    "..\\..\\",
    "';DROP TABLE inbox;--",
    "<script>alert(1)</script>",
    "${jndi:ldap://x}",
    "{{7*7}}",
    "a" * 300,
    "9" * 400,
    "-1",
    "1e999",
    "NaN",
    "null",
    "SUP-1",
    "10002",
    "SUP-0",
    "2026-13",
    "2026-11",
    "http://169.254.169.254/",
    "https://[::ffff:127.0.0.1]/",
    "jira:issue_updated",
    "context-qsh",
)
PARAMETERS = (
    "jwt",
    "token",
    "issueKey",
    "issueId",
    "projectKey",
    "month",
    "xdm_e",
    "issue",
    "page",
    "site",
    "lic",
    "x",
)
TYPES = (
    "application/json",
    "application/json; charset=utf-16",
    "text/plain",
    "application/x-www-form-urlencoded",
    "x",
    "",
)
SHEETS = ("steps", "status", "forecast", "clocks", "time")
NAMES = {
    "/connect/webhooks/<name>": tuple(EVENTS),
    "/api/agent/<name>": ("postpone", "exempt", "resume", "transfer"),  # "run" waits for a worker, and there is none
    "/api/project/<name>.csv": SHEETS,
    "/links/<name>.csv": SHEETS,
}
FILES = ("style.css", "i18n/fr-FR.json", "ages")
FORMS: dict[str, tuple[dict[str, str], ...]] = {
    "/api/agent/<name>": ({}, {"until": "2026-12-15", "reason": "Jean revient"}, {"level": "n2", "reason": "Trop dur"}),
    "/api/portal/answer": ({"transition": "confirm", "words": ""}, {"transition": "resume", "words": "Pas encore"}),
    "/api/portal/escalate": ({"reason": "Jean commence lundi", "words": "C'est urgent"},),
    "/api/admin": (
        {"do": "bind", "project": "SUP", "pack": "tiered-support", "locale": "fr", "mode": "on"},
        {"do": "bind", "project": "SUP", "pack": "tiered-support", "locale": "fr", "mode": "dry_run"},
        {"do": "compare", "project": "SUP"},
        {"do": "release", "project": "SUP", "checksum": "0" * 16},
        {"do": "revive", "job": "inbox/1"},
    ),
}
FORMS["/links"] = (*FORMS["/api/portal/answer"], *FORMS["/api/portal/escalate"])
FORMS["/links/admin"] = (*FORMS["/api/admin"], {"do": "check", "site": "1"}, {"do": "pause", "site": "1"})
OTHER_FORMS = ({"reason": "Jean commence lundi", "button": "answer", "text": "", "issue": "SUP-1"},)
TYPES_OF_FORMS = ("multipart/form-data; boundary=x", "multipart/form-data", "application/json;" * 20)
