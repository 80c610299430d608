"""Says in the reader's language what was found, and what does not fit in what an administrator wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from connect_app.errors import RelanceError
from connect_app.operations.choose_binding import Unfit
from connect_app.operations.health_words import finding_said, remedy_said
from connect_app.operations.site_problems import Finding, SiteRefused, refused_because
from connect_app.operations.site_words import say
from connect_app.web.words import day, gettext, moment, reader_language
from workflows.model import Text


def unfit_said(unfit: Unfit) -> str:
    """One line about a binding that was not stored."""
    sentences = {
        "pack-unknown": gettext("There is no pack “%(pack)s”."),
        "language-unknown": gettext("Relance does not write to customers in “%(language)s”."),
        "project-unknown": gettext("Jira does not show us a project %(project)s."),
        "too-many-names": gettext("At most %(most)s people and groups can be named."),
        "account-unknown": gettext("No account is called “%(written)s”: write the whole name, the e-mail or the id."),
        "account-near": gettext("No account is called exactly “%(written)s”; these come close: %(near)s."),
        "account-several": gettext("Several accounts are called “%(written)s”: write the e-mail or the id."),
        "group-unknown": gettext("No group is called “%(written)s”."),
        "group-near": gettext("No group is called exactly “%(written)s”; these come close: %(near)s."),
        "parameter-missing": gettext(
            "“%(parameter)s” must be given before the project is switched on (suggested: %(suggested)s)."
        ),
        "parameter-no-duration": gettext(
            "“%(parameter)s” cannot be “%(written)s”: write 3d (days), 3bd (working days), 24h or 8bh (working hours)."
        ),
        "parameter-no-status": gettext("“%(parameter)s” cannot be “%(written)s”: it is no status of the pack."),
        "parameter-no-text": gettext("“%(parameter)s” is too long: 200 characters at most."),
        "parameter-no-switch": gettext("“%(parameter)s” cannot be “%(written)s”: write on or off."),
        "contract-unreadable": gettext("“%(written)s” is no contract: write a customer, = and a calendar."),
        "calendar-unknown": gettext(
            "The contract of “%(organization)s” names no calendar of the pack (“%(calendar)s”); there are: %(known)s."
        ),
        "role-nobody": gettext("Nobody holds the role “%(role)s”: name people or groups."),
        "no-issue-key": gettext("“%(written)s” is no key of a request, such as SUP-88."),
        "no-project-key": gettext("“%(written)s” is no key of a project, such as SUP."),
        "no-date": gettext("“%(written)s” is no date: write year-month-day, such as 2026-11-24."),
        "login-missing": gettext("Write the e-mail and the API token of the service account."),
        "site-shut": gettext("The site is paused or refuses us: resume it, or give a new token, first."),
        "not-agreed": gettext("Tick the box that says that you mean it."),
        "policy-says": gettext("The pack's policy refuses this: %(sentence)s"),
    }
    facts = {n: f.in_language(reader_language()) if isinstance(f, Text) else f for n, f in unfit.facts.items()}
    return sentences[unfit.code] % facts


def refusal_said(error: RelanceError, address: str) -> str:
    """One line about what a site, or Jira, refused."""
    refused = error if isinstance(error, SiteRefused) else refused_because(error, address)
    return typeset(say(refused.code, reader_language(), **refused.facts))


def told(findings: list[Finding]) -> list[dict[str, str | None]]:
    """Findings as the page shows them: how grave, what was found, what to do."""
    language = reader_language()
    rows: list[dict[str, str | None]] = []
    for finding in findings:
        facts = {**finding.facts, **_instants(finding.facts)}
        remedy = remedy_said(finding.code, language, facts) if finding.verdict.value != "good" else None
        rows.append(
            {
                "verdict": finding.verdict.value,
                "said": typeset(finding_said(finding.code, language, facts)),
                "remedy": typeset(remedy) if remedy else None,
            }
        )
    return rows


def _instants(facts: Mapping[str, Any]) -> dict[str, str]:
    """The instant and the day of a finding, as the reader's language writes them."""
    written = {"at": moment, "date": day}
    return {name: how(str(facts[name])) for name, how in written.items() if name in facts}


def typeset(text: str) -> str:
    """French as it is printed: curved apostrophes, and no sign that stands alone on a line."""
    if reader_language() != "fr":
        return text
    return re.sub(r" (?=[:;!?»%])|(?<=«) ", "\u00a0", text.replace("'", "’"))
