"""Carries out what an administrator asks for by the same operations as the commands, and says what came of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from connect_app.doors.installation import Installation, State
from connect_app.errors import Malformed, Misconfigured, NotFound
from connect_app.logs import logger
from connect_app.operations.add_site import Wish, add_site
from connect_app.operations.check_drift import check_drift
from connect_app.operations.check_site import check_site
from connect_app.operations.choose_binding import Unfit, choose_binding
from connect_app.operations.move_site import move_site
from connect_app.operations.open_site import OpenSite
from connect_app.operations.pause_site import pause_site, resume_site
from connect_app.operations.remove_site import remove_site
from connect_app.operations.rotate_site import rotate_secret, rotate_token
from connect_app.operations.site_problems import Finding, SiteRefused, Verdict
from connect_app.operations.site_words import say, steps
from connect_app.runtime import Runtime
from connect_app.web.admin_forms import Form, chosen_binding, end_of, key_of, login_of
from connect_app.web.admin_seat import Seat
from connect_app.web.admin_words import told, typeset
from connect_app.web.words import gettext, reader_language

log = logger(__name__)

MOST_COMPARED = 25
"""Requests whose clocks one press of a button compares: each takes some questions to Jira."""


@dataclass(frozen=True, kw_only=True)
class Done:
    """What came of it: a sentence, which part of the page shows it, and what that part shows beside."""

    said: str
    form: Form
    kind: Literal["success", "info", "error"] = "success"
    content: Mapping[str, Any] = field(default_factory=dict)


Verb = Callable[[Runtime, Seat, Form], Done]


def carry_out(runtime: Runtime, seat: Seat, form: Form) -> Done:
    """Does what `do` names. `Malformed` for what there is not, or not for this seat; else raises as the operation."""
    name = form.get("do", "")
    verb = VERBS.get(name) or (OPERATORS_VERBS.get(name) if seat.operator else None)
    if verb is None:
        raise Malformed("no such verb")
    done = verb(runtime, seat, form)
    log.info("administered", verb=name, account=seat.who)
    return done


def _bind(runtime: Runtime, seat: Seat, form: Form) -> Done:
    choice = chosen_binding(form)
    choose_binding(runtime.parts, _open(runtime, seat), choice)
    _sweep(runtime, seat.site, "bound")
    return Done(
        said=gettext("%(project)s follows the pack; its requests are looked at now.") % {"project": choice.project_key},
        form={"view": "projects"},
    )


def _release(runtime: Runtime, seat: Seat, form: Form) -> Done:
    project = key_of(form.get("project", ""))
    released = runtime.store.holds.release(
        seat.site.id, project, form.get("checksum", "") or "-", at=runtime.clock.now()
    )
    if not released:
        return Done(
            said=gettext("These closures have changed meanwhile: read them again."), kind="error", form={"view": "held"}
        )
    _sweep(runtime, seat.site, "released")
    return Done(said=gettext("Released: they are carried out now."), form={"view": "held"})


def _revive(runtime: Runtime, seat: Seat, form: Form) -> Done:
    """A failed job of the site that is chosen; of any site for an operator of all who has chosen none."""
    one = None if seat.installation is None and seat.everywhere else seat.site.id
    job = form.get("job", "")
    known = {failed.workflow_id for failed in runtime.jobs.failed(one, limit=1000)}
    if job not in known or not runtime.jobs.revive(job):
        raise NotFound("no such failed job", status=404)
    return Done(said=gettext("The job is tried again."), form={"view": "jobs"})


def _compare(runtime: Runtime, seat: Seat, form: Form) -> Done:
    project = key_of(form.get("project", ""))
    site = _open(runtime, seat)
    try:
        report = check_drift(runtime.parts, site, project, most=MOST_COMPARED)
    except Misconfigured:
        finding = Finding("nothing-to-compare", Verdict.NOTE, {"project": project})
    else:
        first = next((f"{d.issue} {d.sla}: {d.ours} / {d.jsm}" for d in report.differences), "")
        facts = {"project": project, "compared": report.compared, "count": len(report.differences), "first": first}
        finding = Finding("drift" if report.differences else "no-drift", _grave(wrong=bool(report.differences)), facts)
    shown = told([finding])
    return Done(said=str(shown[0]["said"]), kind="info", form={"view": "health"}, content={"compared": shown})


def _add(runtime: Runtime, seat: Seat, form: Form) -> Done:
    """Only for an operator of every site."""
    if not seat.everywhere:
        raise NotFound("no such verb here", status=404)
    wish = Wish(
        address=form.get("address", ""),
        credentials=login_of(form),
        token_ends=end_of(form),
        projects=tuple(key_of(key) for key in form.get("projects", "").replace(",", " ").split()),
        gateway=form.get("gateway") == "on",
        create_webhook=form.get("create-webhook") == "on",
    )
    added = add_site(runtime.parts, wish)
    site, language = added.installation, reader_language()
    _sweep(runtime, site, "site")
    return Done(
        said=typeset(say("moved-in" if added.moved else "added", language, address=site.base_url)),
        form={"view": "sites"},
        content={
            "findings": told(list(added.findings)),
            "steps": None if added.hooked else steps(site.base_url, added.hook, language),
        },
    )


def _check(runtime: Runtime, seat: Seat, form: Form) -> Done:
    del form
    findings = told(check_site(runtime.parts, seat.site))
    wrong = sum(f["verdict"] == "wrong" for f in findings)
    said = gettext("Every piece of the site is right.") if not wrong else gettext("Something is wrong with the site.")
    return Done(said=said, kind="error" if wrong else "success", form={"view": "sites"}, content={"findings": findings})


def _rotate_token(runtime: Runtime, seat: Seat, form: Form) -> Done:
    rotate_token(runtime.parts, seat.site, login_of(form), token_ends=end_of(form))
    _sweep(runtime, seat.site, "site")
    return _said("token-renewed")


def _rotate_secret(runtime: Runtime, seat: Seat, form: Form) -> Done:
    del form
    hook = rotate_secret(runtime.parts, seat.site)
    return Done(
        said=gettext("A new secret is made; the one before is good for 24 hours more."),
        form={"view": "sites"},
        content={"steps": say("secret-renewed", reader_language(), secret=hook.secret)},
    )


def _pause(runtime: Runtime, seat: Seat, form: Form) -> Done:
    del form
    pause_site(runtime.parts, seat.site)
    return _said("paused", address=seat.site.base_url)


def _resume(runtime: Runtime, seat: Seat, form: Form) -> Done:
    del form
    resume_site(runtime.parts, seat.site)
    _sweep(runtime, seat.site, "site")
    return _said("resumed", address=seat.site.base_url)


def _move(runtime: Runtime, seat: Seat, form: Form) -> Done:
    del form
    move_site(runtime.parts, seat.site)
    return _said("may-move", address=seat.site.base_url)


def _remove(runtime: Runtime, seat: Seat, form: Form) -> Done:
    """Only when it is meant; everything known is forgotten for an operator of every site who means that too."""
    if form.get("agreed") != "on":
        raise Unfit("not-agreed")
    erase = form.get("erase") == "on" and seat.everywhere
    if seat.site.state is State.UNINSTALLED and not erase:
        raise SiteRefused("removed", address=seat.site.base_url)
    remove_site(runtime.parts, seat.site, erase=erase)
    return _said("gone", address=seat.site.base_url)


def _open(runtime: Runtime, seat: Seat) -> OpenSite:
    """The site with its client; `Unfit` while it is paused or refuses us."""
    site = runtime.parts.sites.open(seat.site.id)
    if site is None:
        raise Unfit("site-shut")
    return site


def _said(code: str, **facts: str) -> Done:
    return Done(said=typeset(say(code, reader_language(), **facts)), form={"view": "sites"})


def _sweep(runtime: Runtime, installation: Installation, why: str) -> None:
    runtime.jobs.sweep(f"sweep/{why}/{uuid.uuid4()}", installation.id)


def _grave(*, wrong: bool) -> Verdict:
    return Verdict.WRONG if wrong else Verdict.GOOD


VERBS: Mapping[str, Verb] = {"bind": _bind, "release": _release, "revive": _revive, "compare": _compare}
"""What every administrator may do with their own site."""

OPERATORS_VERBS: Mapping[str, Verb] = {
    "add": _add,
    "check": _check,
    "rotate-token": _rotate_token,
    "rotate-secret": _rotate_secret,
    "pause": _pause,
    "resume": _resume,
    "move": _move,
    "remove": _remove,
}
"""What an operator's link opens besides."""
