"""The administration in Jira: for its administrators only, of their own site only, and each mistake is one line."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest

from automation_rules.binding import Mode, Vocabulary
from connect_app.jira.people import People
from connect_app.operations.limit_closures import limit_sweep
from connect_app.operations.part_from import Parted
from connect_app.runtime import Runtime
from connect_app.store.audit import Asked
from connect_app.store.bindings import BoundProject
from connect_app.store.ledger import EntryState, Intent
from scripts.desk.desk import Site
from scripts.desk.house import House
from tests.connect_app.operations.administering import Inside, problem_of
from tests.connect_app.operations.stage import Stage

BIND = {
    "do": "bind",
    "project": "SUP",
    "pack": "managed-operations",
    "locale": "fr",
    "mode": "on",
    "people.team-lead": "Paul Durand",
    "people.offer-owner": "Paul Durand",
}


@pytest.fixture
def admin(site: Site) -> Inside:
    return Inside(site, site.admin.account_id)


def test_only_a_jira_administrator_sees_it_whatever_is_asked(stage: Stage, admin: Inside) -> None:
    page = admin.page()
    assert page.status_code == 200
    assert "Relance\u00a0: administration" in page.text
    assert "style=" not in page.text
    assert f"frame-ancestors {stage.site.url}" in page.headers["Content-Security-Policy"]
    for account in (stage.sebastien.account_id, stage.marie.account_id, None):
        other = Inside(stage.site, account)
        assert other.page().status_code == 403
        assert other.get(view="audit").status_code == 403
        assert other.get("/audit.csv").status_code == 403
        assert other.post(**BIND).status_code == 403
    stage.site.control.faults(stage.site.name, {"rest": [{"path": ".*", "status": 503, "times": 9}]})
    assert Inside(stage.site, stage.sebastien.account_id).get().status_code == 403, "the answer is kept for a minute"


def test_what_an_administrator_sees_is_their_own_sites(stage: Stage, admin: Inside, house: House) -> None:
    other = Site(house, f"{stage.site.name}-other")
    stranger = Inside(other, other.admin.account_id)
    ticket = stage.waiting()
    stage.run(ticket)
    record(stage, ticket.id, ticket.key, "=cmd()")
    assert ticket.key in admin.html(view="audit")
    assert ticket.key not in stranger.html(view="audit")
    assert "SUP" not in stranger.html(view="projects")
    assert stage.site.url not in "".join(stranger.html(view=v) for v in ("projects", "health", "held", "jobs"))
    assert stranger.get(view="sites").status_code == 400, "sites are an operator's"
    for verb in ("add", "rotate-token", "rotate-secret", "pause", "remove", "check", "nonsense", ""):
        assert admin.post(do=verb, site=other.name, agreed=True).status_code == 400
    assert stranger.post(do="revive", job="job/1").status_code == 404
    other.uninstall()


def record(stage: Stage, issue_id: str, issue_key: str, summary: str, rule: str = "test-rule") -> None:
    """An entry of the ledger, as a rule of a project would write it."""
    action = Parted(key=f"test/{issue_id}/{summary}", rule=rule, why=summary)
    at = stage.runtime.clock.now()
    intent = Intent(
        action=action, issue_id=issue_id, issue_key=issue_key, reasons=(summary,), policy="p", owner="o", at=at
    )
    assert stage.runtime.store.ledger.intend(stage.installation.id, intent)


def test_a_project_is_bound_by_names_and_shown_as_it_is(stage: Stage, admin: Inside) -> None:
    text = admin.html(view="project", project="SUP")
    lead = stage.site.agent("Jeanne Petit").account_id
    assert "Paul Durand <" in text, "who holds a role is told by name and id"
    assert "phone-numbers" in text
    assert "page « Créer une demande de support »" in text, "the value that is taken without another"
    saved = admin.post(**{**BIND, "people.team-lead": "jeanne petit", "parameter.phone-numbers": "01 23 45 67 89"})
    assert saved.status_code == 200
    assert saved.json()["flag"]["type"] == "success"
    bound = stage.runtime.store.bindings.of_project(stage.installation.id, "SUP")
    assert bound is not None
    assert bound.binding.people["team-lead"] == (lead,)
    assert bound.binding.parameters == {"phone-numbers": "01 23 45 67 89"}
    since = bound.binding.enabled_at
    stage.later(timedelta(hours=1))
    assert admin.post(**BIND).status_code == 200
    again = stage.runtime.store.bindings.of_project(stage.installation.id, "SUP")
    assert again is not None
    assert again.binding.enabled_at == since, "the same mode and pack: the promises count as before"
    assert admin.post(**{**BIND, "mode": "dry_run"}).status_code == 200
    assert stage.mode() is Mode.DRY_RUN
    assert "à l’essai" in admin.html(view="projects")


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"people.team-lead": "Nobody Known"}, "Aucun compte ne s’appelle « Nobody Known »"),
        ({"people.team-lead": "Paul"}, "en sont proches\u00a0: Paul Durand"),
        ({"people.team-lead": "Paul Durand <gone>"}, "Aucun compte"),
        ({"groups.team-lead": "no-such-group"}, "Aucun groupe ne s’appelle"),
        ({"people.team-lead": ""}, "Personne ne tient le rôle"),
        ({"people.boss": "Paul Durand"}, "La politique du pack refuse cela"),
        ({"parameter.nonsense": "1"}, "La politique du pack refuse cela"),
        ({"parameter.phone-numbers": "x" * 201}, "trop long"),
        ({"project": "NOPE"}, "aucun projet NOPE"),
        ({"project": "SUP-88"}, "n’est pas une clé de projet"),
        ({"pack": "nonsense"}, "Il n’y a pas de pack « nonsense »"),
        ({"locale": "xx"}, "n’écrit pas aux clients"),
        ({"contracts": "ACME"}, "n’est pas un contrat"),
        ({"contracts": "ACME = nonsense"}, "ne nomme aucun calendrier"),
        (
            {"pack": "tiered-support", "people.team-lead": "", "people.offer-owner": ""},
            "« auto-close-after » doit être donné",
        ),
        (
            {
                "pack": "tiered-support",
                "people.team-lead": "",
                "people.offer-owner": "",
                "parameter.auto-close-after": "bientôt",
            },
            "écrivez 3d (jours)",
        ),
        (
            {"pack": "tiered-support", "parameter.auto-close-after": "5d", "parameter.on-confirmation": "nonsense"},
            "ce n’est pas un statut du pack",
        ),
    ],
)
def test_whatever_does_not_fit_is_one_line_and_changes_nothing(bound: Stage, change: dict[str, str], line: str) -> None:
    admin = Inside(bound.site, bound.site.admin.account_id)
    before = bound.runtime.store.bindings.of_installation(bound.installation.id)
    assert line.replace("« ", "«\u00a0").replace(" »", "\u00a0»") in problem_of(admin.post(**{**BIND, **change}))
    assert bound.runtime.store.bindings.of_installation(bound.installation.id) == before


@pytest.fixture(scope="module")
def bound(house: House, runtime: Runtime, models: object) -> Stage:
    """One desk for all that is refused, since nothing changes it."""
    return Stage(Site(house, "administered"), runtime, models)  # type: ignore[arg-type] # the fixture of this package


def test_a_look_at_a_part_asks_jira_two_questions_at_most(bound: Stage) -> None:
    admin = Inside(bound.site, bound.site.admin.account_id)

    def asked(**part: str) -> int:
        before = len(bound.site.control.requests(bound.site.name))
        admin.html(**part)
        return len(bound.site.control.requests(bound.site.name)) - before

    for part in ("projects", "held", "audit", "jobs"):
        assert asked(view=part) <= 2, part
    assert asked(view="project", project="SUP") <= 2


def test_who_loses_the_right_is_shut_out_within_a_minute(bound: Stage) -> None:
    now = [0.0]
    people, client, account = People(lambda: now[0]), bound.open.client, bound.sebastien.account_id
    path = f"/sites/{bound.site.name}/people/{account}"
    bound.site.control.call("PUT", path, {"roles": ["admin"]})
    assert people.administers(client, account)
    bound.site.control.call("PUT", path, {"roles": ["agent"]})
    now[0] = 59.0
    assert people.administers(client, account), "Jira is not asked for each click"
    now[0] = 60.0
    assert not people.administers(client, account)
    assert not people.administers(client, "5b10:gone"), "an account that is gone administers nothing"


def test_nothing_but_a_form_is_read(bound: Stage) -> None:
    admin = Inside(bound.site, bound.site.admin.account_id)
    for fields in (
        {"do": 5},
        {"do": "bind", "project": ["SUP"]},
        {f"f{n}": "" for n in range(201)},
        {"do": "x" * 5000},
    ):
        assert admin.post(**fields).status_code == 400
    for text in ("\ud800", "a\x00b"):
        assert admin.post(do="release", project="SUP", checksum=text).status_code == 400
    assert admin.get(view="nonsense").status_code == 400
    assert admin.post(**{**BIND, "mode": "always"}).status_code == 400


def test_health_tells_what_is_wrong_and_what_to_do(stage: Stage, admin: Inside) -> None:
    for worker in stage.runtime.store.workers.all():
        stage.runtime.store.workers.retire(worker.executor_id)
    text = admin.html(view="health")
    assert "Aucun processus de travail ne donne signe de vie" in text
    assert "python -m scripts.worker" in text
    assert "Aucun webhook reçu" in text
    assert "SUP\u00a0: toutes les permissions." in text
    assert "SUP\u00a0: tous les statuts du pack existent." in text
    assert "Administer Jira" not in text, "an app needs no such permission"
    stage.site.admin.creates_project("BARE", "Bare")
    bare = replace(bound_of(stage).binding, project_key="BARE", pack="tiered-support", mode=Mode.DRY_RUN)
    stage.runtime.store.bindings.put(stage.installation.id, BoundProject(binding=bare, vocabulary=Vocabulary()))
    ticket = stage.waiting()
    stage.run(ticket)
    stage.later(timedelta(days=4))
    text = admin.html(view="health")
    assert "BARE\u00a0: types de demande absents\u00a0: Support - Assistance Utilisateur" in text
    assert "BARE\u00a0: statuts absents" in text
    assert "BARE\u00a0: pas de champ «\u00a0Chiffrage\u00a0»" in text
    assert "BARE\u00a0: mode d’essai" in text
    assert "python -m scripts.provision plan" in text
    assert "1 demande(s) attendent depuis plus de 10 minutes" in text
    compared = admin.post(do="compare", project="SUP")
    assert compared.status_code == 200
    assert compared.json()["flag"]["title"].startswith("SUP\u00a0: ")


def bound_of(stage: Stage) -> BoundProject:
    found = stage.runtime.store.bindings.of_project(stage.installation.id, "SUP")
    assert found is not None
    return found


def test_held_closures_are_read_by_their_requests_and_released_by_their_checksum(stage: Stage, admin: Inside) -> None:
    assert "Rien n’est retenu" in admin.html(view="held")
    ticket = stage.waiting()
    closures = {f"close/{n}": ticket.id for n in range(6)}
    checksum = limit_sweep(stage.parts, stage.open, "SUP", closures, 6)
    assert checksum is not None
    text = admin.html(view="held")
    assert ticket.key in text
    assert "Libérer ces 6 fermetures" in text
    assert "6 fermeture(s) retenue(s)" in admin.html(view="health")
    assert "ont changé" in problem_of(admin.post(do="release", project="SUP", checksum="0" * 16))
    assert "ont changé" in problem_of(admin.post(do="release", project="SUP"))
    hold = stage.runtime.store.holds.of_project(stage.installation.id, "SUP")
    assert hold is not None
    assert hold.released_at is None
    assert admin.post(do="release", project="SUP", checksum=checksum).status_code == 200
    hold = stage.runtime.store.holds.of_project(stage.installation.id, "SUP")
    assert hold is not None
    assert hold.released_at is not None


def test_the_audit_is_found_by_its_filters_and_exported_without_a_formula(bound: Stage) -> None:
    stage, admin = bound, Inside(bound.site, bound.site.admin.account_id)
    for number, key in enumerate(("SUP-1", "SUP-1", "OTHER-2")):
        record(stage, str(9000 + number), key, f"=HYPERLINK({number})", "audited-rule")
    stage.runtime.store.ledger.fail(stage.installation.id, "test/9000/=HYPERLINK(0)", error="Jira said no")

    def found(**asked: str) -> list[list[str]]:
        answer = admin.get("/audit.csv", **asked)
        assert answer.status_code == 200
        assert answer.content.startswith(b"\xef\xbb\xbf")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))[1:]

    assert len(found(rule="audited-rule")) == 3
    assert {row[3][0] for row in found(rule="audited-rule")} == {"'"}, "no cell begins as a formula"
    assert [row[1] for row in found(project="OTHER")] == ["OTHER-2"]
    assert len(found(issue="sup-1")) == 2
    assert [row[6] for row in found(state="failed")] == ["Jira said no"]
    today = f"{stage.runtime.clock.now():%Y-%m-%d}"
    assert len(found(since=today, until=today, rule="audited-rule")) == 3
    assert found(until="2020-01-01") == []
    assert found(project="S_P") == [], "an underscore stands for itself"
    text = admin.html(view="audit", issue="SUP-1", state="failed")
    assert "Jira said no" in text
    assert "=HYPERLINK(1)" not in text
    for wrong, line in (({"issue": "nonsense"}, "clé de demande"), ({"since": "hier"}, "n’est pas une date")):
        assert line in problem_of(admin.get(view="audit", **wrong))
        assert admin.get("/audit.csv", **wrong).status_code == 400


def test_old_entries_follow_page_by_page(bound: Stage) -> None:
    for number in range(5):
        record(bound, str(number), f"SUP-{number}", f"s{number}", "old-rule")
    audit, seen, before = bound.runtime.store.audit, list[str](), None
    for _ in range(3):
        page = audit.page(bound.installation.id, Asked(rule="old-rule", before=before), limit=2)
        seen += [entry.summary for entry in page.entries]
        before = page.next
    assert seen == [f"s{n}" for n in (4, 3, 2, 1, 0)]
    assert before is None
    assert {e.state for e in page.entries} == {EntryState.INTENDED}


def test_what_customers_and_jira_say_is_shown_as_text(bound: Stage) -> None:
    admin = Inside(bound.site, bound.site.admin.account_id)
    record(bound, "1", "SUP-1", "<script>alert(1)</script>")
    raw = admin.get(view="audit").json()["html"]
    assert "<script>" not in raw
    assert "&lt;script&gt;alert(1)" in raw
    wrong = admin.post(**{**BIND, "people.team-lead": "<img src=x onerror=alert(1)>"})
    assert "<img" not in wrong.json()["html"]


def test_it_speaks_english_too(bound: Stage) -> None:
    assert "Projects that follow a pack" in Inside(bound.site, bound.site.admin.account_id).page("en").text
