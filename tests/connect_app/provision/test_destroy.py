"""What happens between the showing and the taking away is noticed."""

from __future__ import annotations

import pytest

from connect_app.operations.destroy import Destruction, NotGone
from connect_app.operations.provision import Progress, SiteChanged
from connect_app.operations.provision_projects import ProvisioningOfMany, Target
from tests.connect_app.provision.desks import QUICK, C, Site
from workflows.site import Kind, mark
from workflows.survey import Desired


def test_what_is_gone_already_is_done_and_what_came_meanwhile_is_told(site: Site) -> None:
    site.project()
    target = Target(project="SUP", desired=Desired(pack=C))
    work = ProvisioningOfMany(site.client, (target,), QUICK)
    work.apply(work.plan())
    destruction = Destruction(site.client, target, patience=QUICK)
    shown = destruction.plan()
    with pytest.raises(SiteChanged, match="nothing was done"):
        destruction.destroy("000000000000")

    def meddle(progress: Progress) -> None:
        """Somebody takes our workflow away before us, and brings a status with our mark at the very end."""
        if progress.change.kind is Kind.WORKFLOW:
            site.call("DELETE", f"workflow/{progress.change.id}")
        if progress.step == progress.steps:
            late = {"name": "Tardif", "statusCategory": "TODO", "description": mark(C.id)}
            site.call("POST", "statuses", {"scope": {"type": "GLOBAL"}, "statuses": [late]})

    with pytest.raises(NotGone, match="still there: status “Tardif”") as caught:
        destruction.destroy(shown.checksum, progress=meddle)
    assert [change.name for change in caught.value.removal.changes] == ["Tardif"]
    destruction.destroy(caught.value.removal.checksum)
    assert not destruction.plan()
