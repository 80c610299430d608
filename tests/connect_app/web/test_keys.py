"""The key of the stored secrets is replaced while the app answers: nothing is lost, and no key goes that is needed."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from cryptography.fernet import Fernet
from flask.testing import FlaskClient

from connect_app.doors.key_file import KEY_FILE, KeyFile
from connect_app.doors.secret_box import SecretBox, open_secret_box
from connect_app.errors import Misconfigured
from connect_app.operations.parts import Parts
from connect_app.operations.rotate_keys import KeyNeeded, drop_keys, keys_in_use, rotate_keys
from connect_app.runtime import Runtime
from connect_app.store.database import open_database
from connect_app.store.schema import installations
from connect_app.store.store import open_store
from scripts.keys import main
from tests.connect_app.web.conftest import REINSTALLED, changed, send, signed_post

HOOK = "/connect/webhooks/issue-updated"
BODY = {"webhookEvent": "jira:issue_updated", "issue": {"id": "10002", "key": "SUP-1"}}


@pytest.fixture
def command(runtime: Runtime) -> Iterator[Parts]:
    """What a command run beside the app works with: its own reading of the database and of the key file."""
    engine = open_database(runtime.settings.database_url)
    store = open_store(engine, open_secret_box((), runtime.settings.data_dir))
    yield replace(runtime.parts, store=store)
    store.close()
    file = KeyFile(runtime.settings.data_dir)
    file.remove(file.read()[1:])


def answers(client: FlaskClient) -> bool:
    return signed_post(client, HOOK, BODY).status_code == 204


def test_a_key_is_replaced_while_the_app_answers(installed: FlaskClient, runtime: Runtime, command: Parts) -> None:
    (old,) = keys_in_use(command).values
    assert keys_in_use(command).values == {old: 2}, "the newest secret, and the one before"
    assert rotate_keys(command, make=True) == 2
    new, *older = keys_in_use(command).values
    assert older == [old]
    assert keys_in_use(command).values == {new: 2, old: 0}
    assert answers(installed)
    assert drop_keys(command) == (old,)
    assert len(KeyFile(runtime.settings.data_dir).read()) == 1
    assert answers(installed)
    assert send(installed, REINSTALLED).status_code == 204
    assert keys_in_use(command).values == {new: 2}
    assert drop_keys(command) == ()


@pytest.mark.usefixtures("installed")
def test_a_key_that_is_needed_is_not_dropped(runtime: Runtime, command: Parts) -> None:
    file = KeyFile(runtime.settings.data_dir)
    before = file.add()
    new, old = keys_in_use(command).values
    for names in ((), (old,), (new,), (old, new)):
        with pytest.raises(KeyNeeded):
            drop_keys(command, names)
    with pytest.raises(Misconfigured, match="no key is called"):
        drop_keys(command, ("nobody",))
    assert file.read() == before
    assert rotate_keys(command, make=False) == 2
    assert rotate_keys(command, make=False) == 0
    assert drop_keys(command) == (old,)


@pytest.mark.usefixtures("installed")
def test_a_secret_that_no_key_opens_is_told_and_left(runtime: Runtime, command: Parts) -> None:
    foreign = SecretBox([Fernet.generate_key().decode()]).encrypt("secret")
    engine = sa.create_engine(runtime.settings.database_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.update(installations).values(previous_secret=foreign))
    assert rotate_keys(command, make=True) == 1
    assert keys_in_use(command).lost == 1
    with engine.connect() as connection:
        assert connection.execute(sa.select(installations.c.previous_secret)).scalar_one() == foreign


def test_keys_that_are_configured_are_changed_where_they_are(runtime: Runtime, command: Parts) -> None:
    elsewhere = replace(command, settings=changed(runtime, secret_keys=(Fernet.generate_key().decode(),)).settings)
    for refused in (lambda: rotate_keys(elsewhere, make=True), lambda: drop_keys(elsewhere)):
        with pytest.raises(Misconfigured, match="RELANCE_SECRET_KEYS"):
            refused()
    assert rotate_keys(elsewhere, make=False) == 0


def test_a_box_takes_up_the_file_and_survives_its_loss(runtime: Runtime, command: Parts) -> None:
    del command  # leaves one key behind
    folder = runtime.settings.data_dir
    box, file = open_secret_box((), folder), KeyFile(folder)
    stored = box.encrypt("secret")
    file.add()
    assert box.opened_by(box.encrypt("secret")) == box.names[0] != box.opened_by(stored)
    text = (folder / KEY_FILE).read_text("ascii")
    (folder / KEY_FILE).unlink()
    assert box.decrypt(stored) == "secret"
    (folder / KEY_FILE).touch(mode=0o600)
    (folder / KEY_FILE).write_text(text, "ascii")
    assert file.read() == tuple(text.split())


@pytest.mark.usefixtures("installed", "command")
def test_an_operator_rotates_and_drops(runtime: Runtime) -> None:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    environment = {
        "RELANCE_DATABASE_URL": runtime.settings.database_url,
        "RELANCE_DATA_DIR": str(runtime.settings.data_dir),
        "RELANCE_SECRET_KEYS": "",
    }
    try:
        rotated = CliRunner().invoke(main, ["rotate"], env=environment)
        assert rotated.exit_code == 0
        assert rotated.output.startswith("2 secret(s) encrypted anew with ")
        dropped = CliRunner().invoke(main, ["drop"], env=environment)
        assert dropped.exit_code == 0
        assert dropped.output.startswith("dropped: ")
    finally:
        root.handlers, root.level = handlers, level
