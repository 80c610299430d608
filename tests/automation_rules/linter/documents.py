"""The smallest documents the linter has nothing to say about, to be spoilt one line at a time."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner, Result

from scripts.validate import validate

PACK = """\
kind: workflow-pack
id: small
name: {fr: Petit, en: Small}
statuses:
  - {id: open, role: new, name: {fr: Ouvert, en: Open}, meaning: {fr: Reçu, en: Received}}
  - {id: asked, role: waiting_customer, name: {fr: Question, en: Question}, meaning: {fr: À vous, en: Your turn}}
  - {id: closed, role: closed, name: {fr: Fermé, en: Closed}, meaning: {fr: Fini, en: Done}}
resolutions: [{id: done, name: {fr: Terminé, en: Done}}]
workflows:
  - id: request
    name: Petit - Demande
    initial: open
    transitions:
      - {id: ask, from: [open], to: asked, name: {fr: Demander, en: Ask}}
      - {id: resume, from: [asked], to: open, name: {fr: Reprendre, en: Resume}}
      - {id: close, from: [asked, open], to: closed, name: {fr: Fermer, en: Close}, resolution: done}
      - {id: reopen, from: [closed], to: open, name: {fr: Rouvrir, en: Reopen}, clears_resolution: true}
request_types:
  - {id: incident, issue_type: Incident, workflow: request, name: {fr: Incident, en: Incident}}
"""
POLICY = """\
kind: policy
pack: small
calendar: office
calendars: [{id: office, time_zone: Europe/Paris, hours: {mon-fri: ["09:00-17:00"]}}]
rules:
  - id: silence
    kind: inactivity
    while: {status: asked}
    steps: [{after: 3d, comment: hello}, {after: 6d, move_to: closed, resolution: done}]
"""
FR = """\
kind: messages
locale: fr
messages:
  how-to-answer: {text: Répondez}
  footer: {text: "{rule}"}
  hello: {text: "Bonjour {key}"}
"""
EN = """\
kind: messages
locale: en
messages:
  how-to-answer: {text: Answer}
  footer: {text: "{rule}"}
  hello: {text: "Hello {key}"}
"""
OTHER_PACK = PACK.replace("id: small", "id: other").replace("Petit - ", "Autre - ")


def checked(folder: Path, files: dict[str, str], *options: str) -> Result:
    """What `validate` says of these documents; those not given are the smallest ones."""
    written = {
        "packs/small.yaml": PACK,
        "policies/small.yaml": POLICY,
        "texts/fr.yaml": FR,
        "texts/en.yaml": EN,
    } | files
    for name, text in written.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    places = ["--catalog", "packs", "--policies", "policies", "--messages", "texts"]
    return CliRunner().invoke(
        validate, [str(folder / word) if not word.startswith("--") else word for word in places] + list(options)
    )


def told(result: Result) -> list[tuple[str, str, str]]:
    """Each finding as (code, file:line, the rest)."""
    lines = re.findall(r"(\w+\.yaml:\d+): (?:error|warning|note) (RL\d{3}): (.*)", result.output)
    return [(code, place, text) for place, code, text in lines]
