"""Postpones the closure of a silent request, exempts it, or takes that back, as an agent does on the panel in Jira."""

from __future__ import annotations

import sys
import uuid
from datetime import datetime

import click

from automation_rules.facts import Word
from connect_app.operations.carry_out import Carried
from connect_app.operations.grant_reprieve import NoReprieve, Refusal, Wish, grant_reprieve
from scripts.command import FAILED, running, site_at

_WHY = {
    Refusal.NOT_WAITING: "it is not waiting for its customer",
    Refusal.NEVER_CLOSED: "nothing closes it by itself",
    Refusal.NOTHING_HOLDS: "nothing is postponed",
    Refusal.PAST: "that day is not after today",
    Refusal.TOO_FAR: "that day is more than a year ahead",
    Refusal.NOT_LATER: "it is closed on that day or later anyway",
}
_DONE = {
    Word.POSTPONED: "is not closed before that day",
    Word.EXEMPTED: "is neither reminded nor closed as long as it waits",
    Word.RESUMED: "is reminded and closed as documented again",
}


@click.command()
@click.argument("issue")
@click.argument("day", required=False, type=click.DateTime(["%Y-%m-%d"]))
@click.option("--exempt", "word", flag_value=Word.EXEMPTED.value, help="Leave it alone as long as it waits.")
@click.option("--resume", "word", flag_value=Word.RESUMED.value, help="Take back what was said.")
@click.option("--because", default="", metavar="TEXT", help="Why, for the team.")
@click.option("--by", default=None, metavar="ACCOUNT", help="The agent who asks, for the audit.")
@click.option("--site-url", default=None, help="The site, when more than one is installed.")
def main(  # noqa: PLR0913 -- one parameter per option of the command
    *, issue: str, day: datetime | None, word: str | None, because: str, by: str | None, site_url: str | None
) -> None:
    """Close ISSUE (SUP-88) not before DAY (2026-12-15), or with --exempt not at all, as long as it waits."""
    if (day is None) is (word is None):
        raise click.UsageError("name a day, or --exempt, or --resume")
    said = Word(word or Word.POSTPONED)
    with running() as runtime:
        site = site_at(runtime, site_url)
        wish = Wish(word=said, by=by, until=day.date() if day else None, reason=because)
        try:
            issue_id, carried = grant_reprieve(runtime.parts, site, issue, wish)
        except NoReprieve as refused:
            click.echo(f"{issue}: {_WHY[refused.why]}", err=True)
            sys.exit(FAILED)
        if carried not in {Carried.DONE, Carried.TOLD}:
            click.echo(f"Jira did not accept it: python -m scripts.explain {issue} says why", err=True)
            sys.exit(FAILED)
        runtime.jobs.issue(f"asked/{uuid.uuid4()}", site.installation.id, issue_id)
        trial = " (only noted: the project is in dry run)" if carried is Carried.TOLD else ""
        click.echo(f"{issue} {_DONE[said]}{trial}")


if __name__ == "__main__":
    main()
