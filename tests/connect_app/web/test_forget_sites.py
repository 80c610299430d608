"""A site that left is erased after its ninety days, and nobody else's rows with it."""

from __future__ import annotations

from connect_app.operations.forget_sites import KEPT_AFTER_LEAVING, forget_sites
from connect_app.runtime import Runtime
from tests.connect_app.auth_cases import NOW, FrozenClock
from tests.connect_app.store.test_installations import fill, install, rows_of
from tests.connect_app.web.conftest import changed


def test_what_is_left_of_a_site_is_erased_in_time(runtime: Runtime) -> None:
    store, left = runtime.store, runtime.clock.now()
    gone, stays = install(store), install(store, client_key="client-2")
    for site in (gone, stays):
        fill(store, site.id)
    store.installations.uninstall(gone.id, now=left)
    for seconds, erased in ((0, ()), (1, (gone.id,)), (2, ())):
        clock = FrozenClock(NOW + KEPT_AFTER_LEAVING.total_seconds() + seconds)
        assert forget_sites(changed(runtime, clock=clock).parts) == erased
    assert set(rows_of(store, gone.id).values()) == {0}
    assert set(rows_of(store, stays.id).values()) == {1}
