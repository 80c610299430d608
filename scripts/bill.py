"""Bills one month of a project, as a sheet or a page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from connect_app.operations.bill_month import bill_month
from scripts.billing.as_csv import as_csv
from scripts.billing.as_html import as_html
from scripts.billing.as_xlsx import as_xlsx
from scripts.billing.tables import Bill, as_bill
from scripts.billing.words import hours
from scripts.command import running, site_at

FORMATS: dict[str, Callable[[Bill], bytes]] = {"csv": as_csv, "xlsx": as_xlsx, "html": as_html}


@click.command()
@click.option("--site-url", default=None, help="The site, when more than one is installed.")
@click.option("--project", required=True, metavar="KEY")
@click.option("--month", required=True, metavar="YYYY-MM", help="A month of the desk's own time zone.")
@click.option("--format", "form", type=click.Choice(sorted(FORMATS)), default="csv", show_default=True)
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), default=None, help="Else PROJECT-MONTH.FORMAT."
)
@click.option("--preview", is_flag=True, help="Keep nothing: the month does not count as billed.")
def main(  # noqa: PLR0913 - one parameter per option
    *, project: str, month: str, form: str, output: Path | None, preview: bool, site_url: str | None
) -> None:
    """Write what MONTH bills in PROJECT.

    The first time a month that is over is written, it counts as billed: what changes in it afterwards is a correction,
    and belongs to the next month that is billed.
    """
    path = output or Path(f"{project}-{month}.{form}")
    if not path.parent.is_dir():
        raise click.BadParameter(f"there is no folder {path.parent}", param_hint="--output")
    with running() as runtime:
        made = bill_month(runtime.parts, site_at(runtime, site_url), project, month, keep=not preview)
    written = as_bill(made)
    path.write_bytes(FORMATS[form](written))
    click.echo(
        f"{path}: {hours(made.to_bill_seconds):.2f} h to bill, {hours(made.statement.worked_seconds):.2f} h spent"
    )
    click.echo(
        "billed: its changes are corrections from now on" if made.exported_at else "a preview: nothing is billed"
    )
    for remark in written.remarks:
        click.echo(remark, err=True)


if __name__ == "__main__":
    main()
