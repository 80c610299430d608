from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from connect_app.doors.installation import Installation, Secrets, State
from connect_app.doors.secret_box import SecretBox
from connect_app.store.database import migrate, open_database
from connect_app.store.recent_secrets import FRESH_SECONDS, RecentSecrets
from connect_app.store.store import Store, open_store
from tests.connect_app.store.test_installations import ADMISSION, NOON, install


@pytest.fixture
def two_processes(tmp_path: Path) -> tuple[Store, Store]:
    """Two stores on one database, each with a memory of its own."""
    url, box = f"sqlite:///{tmp_path}/relance.db", SecretBox([Fernet.generate_key().decode()])
    engine = open_database(url)
    migrate(engine)
    return open_store(engine, box), open_store(open_database(url), box)


def shared(store: Store) -> str | None:
    found = store.installations.recent("client-1")
    return found[1].shared if found else None


def test_a_change_in_this_process_is_seen_at_once(two_processes: tuple[Store, Store]) -> None:
    store, _ = two_processes
    assert shared(store) is None
    site = install(store)
    assert shared(store) == ADMISSION.secret
    store.installations.renew_secret(site.id, "renewed", old_until=0.0)
    assert shared(store) == "renewed"
    store.installations.set_state(site.id, State.DISABLED)
    assert store.installations.recent("client-1") == store.installations.secrets_of("client-1")
    store.installations.uninstall(site.id, now=NOON)
    assert shared(store) is None


def test_a_refused_signature_has_the_secret_of_another_process_read_anew(two_processes: tuple[Store, Store]) -> None:
    store, other = two_processes
    site = install(store)
    assert shared(store) == ADMISSION.secret
    other.installations.renew_secret(site.id, "renewed", old_until=0.0)
    assert shared(store) == ADMISSION.secret, "remembered for a second"
    assert store.installations.forget_recent()
    assert shared(store) == "renewed"


def test_what_is_not_known_is_asked_each_time() -> None:
    asked: list[str] = []
    recent = RecentSecrets(asked.append)
    assert recent("unknown") is None
    assert recent("unknown") is None
    assert asked == ["unknown"] * 2
    assert not recent.forget()


def test_a_burst_asks_once_and_a_second_later_again(two_processes: tuple[Store, Store]) -> None:
    store, _ = two_processes
    install(store)
    asked: list[str] = []
    now = [1000.0]

    def find(name: str) -> tuple[Installation, Secrets] | None:
        asked.append(name)
        return store.installations.secrets_of(name)

    recent = RecentSecrets(find, seconds=lambda: now[0])
    for _ in range(5):
        assert recent("client-1") is not None
    assert asked == ["client-1"]
    now[0] += FRESH_SECONDS
    recent("client-1")
    assert asked == ["client-1"] * 2
