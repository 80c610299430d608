"""Makes a project follow a pack: in dry run unless it is said otherwise."""

from __future__ import annotations

import uuid

import click

from automation_rules.binding import Binding, Mode
from connect_app.operations.bind_project import bind_project, promised_since
from connect_app.operations.check_fields import missing_fields
from scripts.command import installation_at, running


def _pairs(values: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """`role=account` options, several accounts per role."""
    pairs: dict[str, tuple[str, ...]] = {}
    for text in values:
        name, equals, value = text.partition("=")
        if not equals or not value:
            raise click.BadParameter(f"{text!r} is not NAME=VALUE")
        pairs[name] = (*pairs.get(name, ()), value)
    return pairs


@click.command()
@click.option("--site-url", default=None, help="The site, when more than one is installed.")
@click.option("--project", required=True, metavar="KEY")
@click.option("--pack", required=True, metavar="ID")
@click.option("--locale", default="fr", show_default=True, help="The customers' language.")
@click.option("--mode", type=click.Choice([m.value for m in Mode]), default=Mode.DRY_RUN.value, show_default=True)
@click.option("--person", "people", multiple=True, metavar="ROLE=ACCOUNT", help="Who holds a role of the policy.")
@click.option("--group", "groups", multiple=True, metavar="ROLE=GROUP", help="A Jira group that holds a role.")
@click.option("--parameter", "parameters", multiple=True, metavar="NAME=VALUE", help="A parameter of the policy.")
@click.option("--contract", "contracts", multiple=True, metavar="ORGANISATION=CALENDAR", help="Hours of a contract.")
def main(site_url: str | None, project: str, pack: str, locale: str, mode: str, **lists: tuple[str, ...]) -> None:
    """Bind PROJECT to PACK; promises count from now, or from when it was first switched on."""
    with running() as runtime:
        installation = installation_at(runtime, site_url)
        binding = Binding(
            project_key=project,
            pack=pack,
            locale=locale,
            mode=Mode(mode),
            enabled_at=promised_since(runtime.parts, installation.id, project, pack=pack, mode=Mode(mode)),
            people=_pairs(lists["people"]),
            groups=_pairs(lists["groups"]),
            parameters={name: values[-1] for name, values in _pairs(lists["parameters"]).items()},
            contracts={name: values[-1] for name, values in _pairs(lists["contracts"]).items()},
        )
        bound = bind_project(runtime.parts, installation.id, binding)
        runtime.jobs.sweep(f"sweep/bound/{uuid.uuid4()}", installation.id)
        click.echo(f"{project} follows {pack} ({mode}); {len(bound.vocabulary.statuses)} statuses known by their ids")
        for missing in missing_fields(installation.base_url, bound, runtime.parts.catalog.pack(pack)):
            guards = f", which is not checked on {', '.join(missing.by)}" if missing.by else ""
            click.echo(f"{project} has no « {missing.field} »{guards}: give it one, then bind it again")


if __name__ == "__main__":
    main()
