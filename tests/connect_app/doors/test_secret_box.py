from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from connect_app.doors.key_file import KEY_FILE
from connect_app.doors.secret_box import SecretBox, open_secret_box
from connect_app.errors import Misconfigured

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


def test_what_is_stored_does_not_show_the_secret() -> None:
    box = SecretBox([NEW])
    stored = box.encrypt("sésame")
    assert b"same" not in stored
    assert stored != box.encrypt("sésame")
    assert box.decrypt(stored) == "sésame"


def test_a_key_can_be_replaced_without_losing_anything() -> None:
    stored = SecretBox([OLD]).encrypt("secret")
    both = SecretBox([NEW, OLD])
    assert both.decrypt(stored) == "secret"
    assert SecretBox([NEW]).decrypt(both.rotate(stored)) == "secret"
    with pytest.raises(Misconfigured):
        SecretBox([NEW]).decrypt(stored)


@pytest.mark.parametrize("keys", [[], ["x"], [NEW, "short"], ["é" * 44]])
def test_what_is_not_a_key_stops_the_program_and_is_not_repeated(keys: list[str]) -> None:
    with pytest.raises(Misconfigured) as error:
        SecretBox(keys)
    assert NEW not in str(error.value)


def test_the_key_file_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    stored = open_secret_box((), folder).encrypt("secret")
    assert open_secret_box((), folder).decrypt(stored) == "secret"
    assert stat.S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == [KEY_FILE]


def test_a_key_file_that_others_may_read_stops_the_program(tmp_path: Path) -> None:
    open_secret_box((), tmp_path)
    (tmp_path / KEY_FILE).chmod(0o640)
    with pytest.raises(Misconfigured, match="chmod 600"):
        open_secret_box((), tmp_path)


def test_a_key_may_be_added_to_the_file(tmp_path: Path) -> None:
    stored = open_secret_box((), tmp_path).encrypt("secret")
    path = tmp_path / KEY_FILE
    path.write_text(f"{NEW}\n\n{path.read_text('ascii')}", "ascii")
    assert open_secret_box((), tmp_path).decrypt(stored) == "secret"
    assert SecretBox([NEW]).decrypt(open_secret_box((), tmp_path).rotate(stored)) == "secret"


def test_configured_keys_leave_no_file(tmp_path: Path) -> None:
    open_secret_box((NEW,), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_many_starting_together_share_one_key(tmp_path: Path) -> None:
    boxes: list[SecretBox] = []
    together = threading.Barrier(8)

    def start() -> None:
        together.wait()
        boxes.append(open_secret_box((), tmp_path))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stored = boxes[0].encrypt("secret")
    assert [box.decrypt(stored) for box in boxes] == ["secret"] * 8
