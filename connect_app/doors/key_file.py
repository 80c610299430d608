"""Keeps the encryption keys in a file that only its owner reads: made on the first start, changed as a whole."""

from __future__ import annotations

import fcntl
import os
import stat
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cryptography.fernet import Fernet

from connect_app.errors import Misconfigured

KEY_FILE = "secret.key"


class KeyFile:
    """One key per line, newest first."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / KEY_FILE

    def read(self) -> tuple[str, ...]:
        """The keys, made on the first start; `Misconfigured` when others than the owner may read them."""
        if not self._path.exists():
            self._create()
        if stat.S_IMODE(self._path.stat().st_mode) & 0o077:
            raise Misconfigured(f"{self._path.name}: others may read the key; chmod 600 it")
        return tuple(line.strip() for line in self._path.read_text("ascii").splitlines() if line.strip())

    def version(self) -> tuple[int, ...]:
        """Tells one state of the file from another; empty while there is none."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return ()
        return (found.st_ino, found.st_mtime_ns, found.st_size)

    def add(self) -> tuple[str, ...]:
        """Puts a new key before the others; all of them."""
        return self._change(lambda keys: (Fernet.generate_key().decode(), *keys))

    def remove(self, gone: Sequence[str]) -> tuple[str, ...]:
        """Takes keys away; those that are left."""
        return self._change(lambda keys: tuple(key for key in keys if key not in gone))

    def _change(self, how: Callable[[tuple[str, ...]], tuple[str, ...]]) -> tuple[str, ...]:
        """A crash leaves the file as it was or as it is to be, and two commands never lose each other's key."""
        with self._alone():
            keys = how(self.read())
            draft = self._draft("".join(f"{key}\n" for key in keys))
            draft.replace(self._path)
            self._keep_folder()
        return keys

    @contextmanager
    def _alone(self) -> Iterator[None]:
        descriptor = os.open(self._path.parent, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _create(self) -> None:
        """Two processes starting together must end with the same key: the file appears whole, and only once."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._draft(Fernet.generate_key().decode() + "\n")
        try:
            self._path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        self._keep_folder()

    def _draft(self, text: str) -> Path:
        descriptor, name = tempfile.mkstemp(prefix=".secret-", dir=self._path.parent)  # 0600 by definition
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
        return Path(name)

    def _keep_folder(self) -> None:
        """The name of the file survives a power cut as well."""
        descriptor = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
