"""Says in one clear line what stopped a provisioning command, what to do about it, and which exit code that is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import click

from connect_app.errors import Misconfigured, Moved, NotFound, RelanceError, Unauthorized
from workflows.document import DocumentError
from workflows.dump import NothingToDump
from workflows.plan import UnsafePlan

FAILED, USAGE, CHANGES, UNSAFE = 1, 2, 3, 4


@contextmanager
def explained() -> Iterator[None]:
    """One clear line for each way it can go wrong, with what to do about it."""
    try:
        yield
    except (DocumentError, Misconfigured) as error:
        stop(USAGE, str(error))
    except NothingToDump as error:
        stop(FAILED, str(error))
    except UnsafePlan as error:
        stop(UNSAFE, "\n".join(f"not carried out: {reason}" for reason in error.reasons))
    except Unauthorized as error:
        wait = "log in once in a browser (Jira wants a CAPTCHA), then " if error.locked_out else ""
        stop(FAILED, f"Jira does not accept this e-mail and token: {wait}renew the token, at most a year old")
    except NotFound as error:
        stop(FAILED, f"{error}\nCheck the project's key, and that the administrator may browse it.")
    except Moved as error:
        stop(FAILED, f"{error}\nGive that address as --site-url; the token was not sent there.")
    except RelanceError as error:
        stop(FAILED, f"{error}\n{error.remedy}")


def stop(code: int, message: str) -> NoReturn:
    """Ends the command with a message on standard error."""
    click.echo(message, err=True)
    sys.exit(code)
