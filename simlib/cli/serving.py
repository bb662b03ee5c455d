"""The planner's page: `simlib app`."""

from pathlib import Path

import click

from simlib.cli.group import EPILOG, existing, say
from simlib.words import Words


@click.command(epilog=EPILOG)
@click.option("--port", type=click.IntRange(1024, 65535), help="Default: the first free one from 8866 on.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="The language that the page opens in.")
@click.option("--registry", "registry_path", type=click.Path(path_type=Path), help="A register (default: the synthetic full task).")
@click.option("--scenario", default="full_package", show_default=True, help="The bundled scenario that it opens with.")
@click.option("--draws", default=50, show_default=True, type=click.IntRange(min=0), help="Futures of the first answer after a move.")
@click.option("--ensemble", default=200, show_default=True, type=click.IntRange(min=1), help="Futures of the full answer behind it.")
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def app(port: int | None, lang: str, registry_path: Path | None, scenario: str, draws: int, ensemble: int, no_browser: bool) -> None:
    """The planner's page in a browser, on 127.0.0.1: registers, levers, targets, villages, money. No code. Ctrl-C ends it."""
    from simlib.cli.progress import compiling
    from simlib.dashboard.opening import Settings, prepare_first
    from simlib.dashboard.serving import free_port, serve
    from simlib.dashboard.session import bundled

    words = Words(lang)
    bundled(scenario)
    free, path = free_port(port), existing(registry_path).resolve() if registry_path else ""
    settings = Settings(str(path), scenario, draws, ensemble, lang)
    say(words("The page is being prepared; Ctrl-C ends it."))
    with compiling():
        prepare_first(settings)
    serve(settings, free, ready=click.echo, browser=not no_browser)
