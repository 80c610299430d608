"""Writes what can be generated of the documentation: a page per pack, the settings, the picture in the README."""

from __future__ import annotations

import re
from pathlib import Path

import click

from automation_rules import messages
from automation_rules.billing_basis import BillingBasis, EstimateBasis
from automation_rules.model import PolicyDocument
from automation_rules.notification_rules import Channel, NotificationRule
from automation_rules.policy import Policies, load_policies
from automation_rules.request_rules import SharingRule
from connect_app.settings import PREFIX, Settings
from scripts import promises
from workflows.catalog import load_catalog
from workflows.checks import CHECKS
from workflows.model import Pack, Transition
from workflows.render import as_mermaid

ROOT = Path(__file__).resolve().parents[1]
WRITTEN_BY = "<!-- written by `python -m scripts.write_docs`; do not edit by hand -->"
README_PACK = "managed-operations"
_MAILS = (
    "Their subjects are set in the project, under customer notifications. Jira has one template for public comments, "
    "one for new participants: where the document has several subjects for one of them, the panel of the request names "
    "the one that applies, and the mail bears the template's."
)
_PROMISES = (
    "# What is promised, what keeps it, what proves it",
    WRITTEN_BY,
    (
        "Every sentence of the five documented desks, under its number. *Kept by* are the parts of the desk's pack\n"
        "and policy that cite the number; *tests* are those marked with it (`@pytest.mark.promise`).\n"
        "`tests/test_promises.py` fails when a sentence has neither, and when a test that is named asserts nothing."
    ),
)


def pages() -> dict[Path, str]:
    """Every generated file with its content."""
    catalog = load_catalog()
    policies = load_policies(catalog)
    written = {ROOT / "docs" / "packs" / f"{pack.id}.md": _page(pack, policies) for pack in catalog.packs.values()}
    written[ROOT / "docs" / "validate.md"] = _checks()
    written[ROOT / "docs" / "promises.md"] = "\n\n".join([*_PROMISES, promises.page()]) + "\n"
    operating = ROOT / "docs" / "operating.md"
    written[operating] = _between(operating.read_text("utf-8"), "settings", _settings())
    readme = ROOT / "README.md"
    pack = catalog.pack(README_PACK)
    picture = f"```mermaid\n{as_mermaid(pack, pack.workflows[0]).strip()}\n```"
    written[readme] = _between(readme.read_text("utf-8"), "picture", picture)
    return written


def _checks() -> str:
    """What the linter can find."""
    lines = ["| code | severity | what is found | what to do |", "|---|---|---|---|"]
    lines += [f"| `{c.code}` | {c.severity} | {c.title} | {c.what_to_do} |" for c in CHECKS]
    intro = (
        "`python -m scripts.validate` reads every pack, policy and message, without a network, and prints\n"
        "each finding as `file:line: severity CODE: what; what to do`. It exits with 2 on an error, and with\n"
        "`--strict` also on a warning. Notes refuse nothing; `--quiet` leaves them out. `--catalog`, `--policies`\n"
        "and `--messages` name documents of your own. A code is never given to anything else."
    )
    return "\n\n".join(["# What the linter finds", WRITTEN_BY, intro, "\n".join(lines)]) + "\n"


def _between(text: str, name: str, content: str) -> str:
    """The text with what stands between `<!-- name -->` and `<!-- /name -->` replaced."""
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(\n<!-- /{name} -->)", re.DOTALL)
    if not pattern.search(text):
        raise click.ClickException(f"no place for the {name}")
    return pattern.sub(lambda found: found[1] + content + found[2], text)


def _settings() -> str:
    lines = ["| variable | default | what it is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = field.default
        shown = ", ".join(default) if isinstance(default, tuple) else str(default)
        shown = f"`{shown}`" if default not in {None, ()} else "none"
        lines.append(f"| `{PREFIX}{name.upper()}` | {shown} | {field.description or ''} |")
    return "\n".join(lines)


def _page(pack: Pack, policies: Policies) -> str:
    document = policies.documents[pack.id]
    stem = f"{pack.id.replace('-', '_')}.yaml"
    rules = ["| rule | kind |", "|---|---|", *(f"| `{rule.id}` | {rule.kind} |" for rule in document.rules)]
    parts = [
        f"# {pack.name.en} ({pack.name.fr})",
        WRITTEN_BY,
        f"Document {pack.source}, in `workflows/catalog/{stem}` and `automation_rules/policies/{stem}`.",
        "## Statuses",
        _statuses(pack),
        "## Request types",
        _request_types(pack),
    ]
    for workflow in pack.workflows:
        parts += [f"## Workflow: {workflow.name}", f"```mermaid\n{as_mermaid(pack, workflow).strip()}\n```"]
        parts.append(_transitions(workflow.transitions))
    parts += ["## Rules", "\n".join(rules)]
    if document.billing:
        parts += ["## Billing", _billing(document.billing)]
    if pack.priorities:
        parts += ["## Priorities", _priorities(pack)]
    mails = _mails_of_jira(document)
    if mails:
        parts += ["## Mails that Jira Service Management sends itself", _MAILS, "\n".join(mails)]
    if pack.ambiguities:
        parts += ["## What the document leaves open", _ambiguities(pack)]
    return "\n\n".join(parts) + "\n"


def _priorities(pack: Pack) -> str:
    lines = ["| Jira name | English | when |", "|---|---|---|"]
    return "\n".join([*lines, *(f"| {p.name.fr} | {p.name.en} | {p.meaning.fr} |" for p in pack.priorities)])


def _mails_of_jira(document: PolicyDocument) -> list[str]:
    """The table of the subjects the document gives to mails that are not ours; empty when it gives none."""
    rows: list[str] = []
    for rule in document.rules:
        named = isinstance(rule, SharingRule) or (isinstance(rule, NotificationRule) and rule.channel is Channel.JSM)
        if named and isinstance(rule, SharingRule | NotificationRule) and rule.subject is not None:
            rows.append(f"| `{rule.id}` | `{messages.text(rule.subject)}` |")
    return ["| rule | subject |", "|---|---|", *rows] if rows else []


def _ambiguities(pack: Pack) -> str:
    lines = ["| sentences | what is open | what this pack does |", "|---|---|---|"]
    lines += [f"| {', '.join(one.about)} | {one.problem} | {one.choice} |" for one in pack.ambiguities]
    return "\n".join(lines)


def _billing(bases: tuple[BillingBasis, ...]) -> str:
    lines = ["| request type | billed on |", "|---|---|"]
    for basis in bases:
        what = f"the last validated `{basis.field}`, in {basis.unit}" if isinstance(basis, EstimateBasis) else "time"
        lines += [f"| `{name}` | {what} |" for name in basis.request_type]
    return "\n".join(lines)


def _statuses(pack: Pack) -> str:
    lines = [
        "| Jira name | English | role | answer expected | what it means to the customer |",
        "|---|---|---|---|---|",
    ]
    for status in pack.statuses:
        meaning = status.meaning.fr if status.meaning else ""
        expected = "yes" if status.answer_expected else ""
        lines.append(f"| {status.jira_name} | {status.name.en} | `{status.role.value}` | {expected} | {meaning} |")
    return "\n".join(lines)


def _request_types(pack: Pack) -> str:
    lines = ["| request type | issue type | workflow | first level |", "|---|---|---|---|"]
    for request in pack.request_types:
        row = (request.name.fr, request.issue_type, f"`{request.workflow}`", request.entry_level or "")
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines)


def _transitions(transitions: tuple[Transition, ...]) -> str:
    lines = ["| transition | from | to | by | requires |", "|---|---|---|---|---|"]
    for transition in transitions:
        sources = transition.from_ if isinstance(transition.from_, str) else ", ".join(transition.from_)
        by = ", ".join(actor.value for actor in transition.by)
        requires = ", ".join(requirement.value for requirement in transition.requires)
        beside = f" ({transition.name.fr})" if transition.jira_name != transition.name.fr else ""
        lines.append(f"| {transition.jira_name}{beside} | {sources} | {transition.to} | {by} | {requires} |")
    return "\n".join(lines)


@click.command()
def main() -> None:
    """Write every generated page."""
    for path, content in pages().items():
        path.write_text(content, "utf-8")
        click.echo(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
