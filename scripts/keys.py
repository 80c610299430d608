"""Replaces the key that stored secrets are encrypted with."""

from __future__ import annotations

import click
from cryptography.fernet import Fernet

from connect_app.operations.rotate_keys import drop_keys, keys_in_use, rotate_keys
from scripts.command import running


@click.group()
def main() -> None:
    """The keys that secrets are encrypted with; everything may go on running meanwhile."""


@main.command("list")
def list_keys() -> None:
    """Show the keys by name, newest first, and how many stored secrets need each."""
    with running() as runtime:
        used = keys_in_use(runtime.parts)
        for name, values in used.values.items():
            click.echo(f"{name}  {values} secret(s)")
        if used.lost:
            click.echo(f"{used.lost} secret(s) that no key opens: install or add their sites again")


@main.command()
@click.option("--same-key", is_flag=True, help="Make no new key: the newest one was put there by hand.")
def rotate(*, same_key: bool) -> None:
    """Make a new key and encrypt every stored secret with it; the old keys stay until they are dropped."""
    with running() as runtime:
        changed = rotate_keys(runtime.parts, make=not same_key)
        newest, *older = keys_in_use(runtime.parts).values
        click.echo(f"{changed} secret(s) encrypted anew with {newest}")
        if older:
            click.echo(f"drop the old key(s) when links made with them have ended: {', '.join(older)}")


@main.command()
@click.argument("names", nargs=-1)
def drop(names: tuple[str, ...]) -> None:
    """Take away the keys called NAMES, or all but the newest; links made with them open no more."""
    with running() as runtime:
        gone = drop_keys(runtime.parts, names)
        click.echo(f"dropped: {', '.join(gone)}" if gone else "there is one key only")


@main.command()
def make() -> None:
    """Print a new key, for RELANCE_SECRET_KEYS; nothing is changed."""
    click.echo(Fernet.generate_key().decode())


if __name__ == "__main__":
    main()
