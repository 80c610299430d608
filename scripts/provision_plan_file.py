"""Writes a reviewed plan into a file and reads it again: what is to be done, where, and its checksum."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from connect_app.errors import Misconfigured
from connect_app.operations.provision_projects import Planned, Target, whole_checksum
from workflows.model import Pack
from workflows.render import as_json
from workflows.survey import Desired


class _Target(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    project: str
    pack: str
    moves: dict[str, str]


class PlanFile(BaseModel):
    """A plan as it was written; `site` is the address it was made for."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    site: str
    checksum: str
    targets: tuple[_Target, ...]

    def to_targets(self, packs: Mapping[str, Pack]) -> tuple[Target, ...]:
        """The targets with the packs as they are now; another pack than then gives another checksum."""
        unknown = sorted({t.pack for t in self.targets} - packs.keys())
        if unknown:
            raise Misconfigured(f"the plan is for {', '.join(unknown)}, which this catalog does not have")
        return tuple(
            Target(project=t.project, desired=Desired(pack=packs[t.pack], moves=t.moves)) for t in self.targets
        )


def plan_text(site: str, planned: Sequence[Planned]) -> str:
    """The plans as JSON, for machines and for `apply`."""
    content = {
        "site": site,
        "checksum": whole_checksum([p.plan for p in planned]),
        "targets": [
            {"project": p.plan.project, "pack": p.plan.pack.id, "moves": dict(p.target.desired.moves)} for p in planned
        ],
        "plans": [json.loads(as_json(p.plan)) for p in planned],
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def read_plan(path: Path) -> PlanFile:
    """A plan from a file; Misconfigured says what is wrong with it."""
    try:
        return PlanFile.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise Misconfigured(f"{path}: not a plan written by “plan --out”: {error.errors()[0]['msg']}") from error
