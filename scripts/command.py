"""What every command shares: the runtime, the site it speaks of, and one clear line when something is wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from connect_app.doors.installation import Installation, State
from connect_app.errors import Misconfigured, RelanceError
from connect_app.logs import configure, tell
from connect_app.operations.open_site import OpenSite
from connect_app.runtime import Runtime, build_runtime
from connect_app.settings import read_settings
from workflows.document import DocumentError

FAILED = 1
WRONG_CONFIGURATION = 2


@contextmanager
def running() -> Iterator[Runtime]:
    """A runtime for one command; exit code 2 for a wrong setting or document, 1 for what Jira refuses."""
    runtime: Runtime | None = None
    try:
        settings = read_settings()
        configure("WARNING", json_lines=False)
        runtime = build_runtime(settings)
        yield runtime
    except (Misconfigured, DocumentError) as error:
        click.echo(str(error), err=True)
        sys.exit(WRONG_CONFIGURATION)
    except RelanceError as error:
        click.echo(f"{error}\n{error.remedy}", err=True)
        sys.exit(FAILED)
    finally:
        if runtime is not None:
            runtime.close()


def installation_at(runtime: Runtime, site_url: str | None) -> Installation:
    """The working installation at an address, or the only one; `Misconfigured` lists them otherwise."""
    working = runtime.store.installations.working()
    found = [i for i in working if site_url is None or i.base_url.rstrip("/") == site_url.rstrip("/")]
    if len(found) == 1:
        tell(installation=found[0].id)
        return found[0]
    known = ", ".join(sorted(i.base_url for i in working)) or "none"
    raise Misconfigured(f"say which site with --site-url; installed: {known}")


def installation_named(runtime: Runtime, site_url: str) -> Installation:
    """The installation at an address, also one that is paused or refuses us; `Misconfigured` lists them otherwise."""
    known = [i for i in runtime.store.installations.all() if i.state is not State.UNINSTALLED]
    found = next((i for i in known if i.base_url.rstrip("/") == site_url.rstrip("/")), None)
    if found is None:
        raise Misconfigured(f"no site {site_url}; known: {', '.join(sorted(i.base_url for i in known)) or 'none'}")
    tell(installation=found.id)
    return found


def site_at(runtime: Runtime, site_url: str | None) -> OpenSite:
    """The site at an address, open for work."""
    site = runtime.parts.sites.open(installation_at(runtime, site_url).id)
    if site is None:
        raise Misconfigured("this site is disabled or unreachable")
    return site
