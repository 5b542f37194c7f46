"""The `feeds` command. Each command decodes its options, calls one function and prints what came of it."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from .commands import printing
from .errors import FeedsError
from .version import VERSION

if TYPE_CHECKING:
    from .config import Config, Source

_FILE = click.Path(readable=False)
"""A path, so that shells complete it; whether it is there is for others to say."""

Command = Callable[..., None]


class _Group(click.Group):
    """Turns the package's errors into messages without a stack trace."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except FeedsError as error:
            printing.say_problems(getattr(error, "problems", []))
            *others, last = printing.lines_of(error)
            for line in others:
                click.echo(f"Error: {line}", err=True)
            raise click.ClickException(last) from error


class _Given(NamedTuple):
    """The options that override the configuration, as the command line has them."""

    config_path: str
    records: tuple[str, ...]
    base_url: str | None
    at: str

    def source(self, **more: dict[str, Any]) -> Source:
        """Return where the configuration comes from. Paths on the command line are the caller's.

        ``more`` has values of other tables; None is no value.
        """
        from pathlib import Path

        from .config import Source

        override: dict[str, dict[str, Any]] = {}
        if self.records:
            override["records"] = {"paths": [str(Path(path).absolute()) for path in self.records]}
        if self.base_url:
            override["site"] = {"base_url": self.base_url}
        for table, values in more.items():
            given = {key: value for key, value in values.items() if value is not None}
            if given:
                override[table] = given
        return Source(self.config_path, override)

    def load(self) -> Config:
        """Load the configuration with what the command line puts in its place."""
        return self.source().load()

    def instant(self) -> int:
        """Return the instant to select for."""
        from .pipeline.build import clock

        return clock(self.at)


_OPTIONS = (
    click.option(
        "--config", "config_path", type=_FILE, default="config.toml", show_default=True, metavar="FILE"
    ),
    click.option("--records", type=_FILE, metavar="PATH", multiple=True, help="Instead of [records] paths."),
    click.option("--base-url", metavar="URL", help="Instead of [site] base_url."),
    click.option("--now", default="", metavar="TIME", help="Select for this instant (a date, or seconds)."),
)


def _options(command: Command) -> Command:
    """Give a command the options that override the configuration: they are its first argument, a _Given."""

    @functools.wraps(command)
    def decoded(
        config_path: str, records: tuple[str, ...], base_url: str | None, now: str, **others: Any
    ) -> None:
        command(_Given(config_path, records, base_url, now), **others)

    for option in reversed(_OPTIONS):
        decoded = option(decoded)
    return decoded


_output = click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True
)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, prog_name="feeds")
def main() -> None:
    """Turn a folder of article records into per-topic RSS and Atom feeds."""


@main.command()
@click.argument("folder", type=_FILE, metavar="DIR")
@click.option("--title", metavar="TEXT", help="Name of the whole.")
@click.option("--base-url", metavar="URL", help="Where the feeds will be found.")
@click.option("--records", type=_FILE, metavar="PATH", help="Where your records are, if you have some.")
@click.option(
    "--from", "site", type=_FILE, metavar="SITE", help="Folder of a site, or file of WordPress's export."
)
@click.option(
    "--compare", "old", type=_FILE, metavar="OLD", help="The site's feed: file or URL. With --from."
)
def init(
    folder: str,
    title: str | None,
    base_url: str | None,
    records: str | None,
    site: str | None,
    old: str | None,
) -> None:
    """Make a folder with a configuration, and a record to start from where you have none.

    On a terminal it asks for what the options do not say. With --from, it takes what the site says of itself.
    """
    from .commands import asking, starter

    if site is not None:
        if records is not None:
            raise click.UsageError("--records is what --from finds; it cannot be combined with it.")
        _init_from(folder, site, title, base_url or "", old or "")
        return
    if old is not None:
        raise click.UsageError("--compare needs --from.")
    starter.refuse(folder)
    if sys.stdin is not None and sys.stdin.isatty():
        title, base_url, records = asking.completed(title, base_url, records)
    made = starter.make(folder, starter.TITLE if title is None else title, base_url or "", records or "")
    printing.say_made(made, folder)


def _init_from(folder: str, site: str, title: str | None, base_url: str, old: str) -> None:
    from .commands import coming

    with printing.Bar() as progress:
        came = coming.make(folder, site, title, base_url, old, progress)
    printing.say(*coming.summary(came), "")
    printing.say_made(came.made, folder)


@main.command()
@_options
@click.option("--out", type=_FILE, metavar="DIR", help="Instead of [export] path.")
@click.option("--strict", is_flag=True, help="Fail, and export nothing, if a record is rejected.")
@click.option("--watch", is_flag=True, help="Go on, and build whenever something changes.")
@click.option("-v", "--verbose", is_flag=True, help="Name every path that changed, however many there are.")
@_output
def build(given: _Given, out: str | None, strict: bool, watch: bool, verbose: bool, output: str) -> None:
    """Read the records and export the feeds as a static site."""
    from pathlib import Path

    from .commands import ping as hubs
    from .pipeline import build as pipeline

    if watch and output == "json":
        raise click.UsageError("--watch prints lines; it cannot be combined with --format json.")
    source = given.source(export={"path": str(Path(out).absolute()) if out else None})
    config = source.load()
    with printing.Bar() as progress:
        built = pipeline.build(config, given.instant(), progress, is_strict=strict)
    shown = Path(out) if out else Path(config.export.path)
    printing.say_around_build(config, built, shown)
    announced = hubs.after_build(config)
    if output == "json":
        report = {"records": built.report._asdict(), **built.changes._asdict()}
        printing.say_json(report | ({"announced": announced.as_dict()} if announced else {}))
    else:
        printing.say_report(built.report)
        printing.say_changes(shown, built.changes, is_complete=verbose)
        if announced:
            printing.say_announced(announced)
    printing.say_foreign(built.changes, shown)
    if watch:
        from .commands.watch import watch as follow

        follow(source, config, given.instant, shown, is_strict=strict)
    elif built.changes.foreign:
        sys.exit(1)


@main.command()
@_options
@_output
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
def check(given: _Given, output: str, strict: bool) -> None:
    """Check configuration, records and feeds; exit 1 if one is wrong."""
    from .pipeline import build as pipeline
    from .pipeline.check import check as run

    config = given.load()
    with printing.Bar() as progress:
        checked = pipeline.synced(config, given.instant(), run, progress)
    if output == "json":
        printing.say_json(checked.as_dict())
    else:
        printing.say_checked(checked)
    if checked.is_bad or (strict and checked.problems):
        sys.exit(1)


@main.command()
@_options
@click.option("--all", "everything", is_flag=True, help="Ask again for images that are known.")
@_output
def probe(given: _Given, everything: bool, output: str) -> None:
    """Ask for the images in feeds: learn length and type of each, and which are gone."""
    from .commands.probe import probe as run
    from .pipeline import build as pipeline

    config = given.load()
    instant = given.instant()
    with printing.Bar(least=1) as progress:
        probed, note = pipeline.synced(
            config,
            instant,
            lambda made: (run(made, config, instant, progress, everything=everything), made.note),
            progress,
        )
    printing.say_note(note)
    if output == "json":
        printing.say_json(probed.as_dict())
    else:
        printing.say_probed(probed)
    if probed.is_stopped:
        printing.say_beside("stopped; what was learnt is kept, and the next run goes on from here")
        sys.exit(130)


@main.command()
@_options
@click.option("--all", "everything", is_flag=True, help="Announce every feed, whether it changed or not.")
@_output
def ping(given: _Given, everything: bool, output: str) -> None:
    """Tell the hubs of [websub] which feeds the last builds changed; exit 1 if one was not told."""
    from .commands.ping import ping as run

    announced = run(given.load(), given.at, everything=everything)
    if output == "json":
        printing.say_json(announced.as_dict())
    else:
        printing.say_announced(announced)
    if announced.failed or announced.left:
        sys.exit(1)


@main.command(name="list")
@_options
@click.option("--images", is_flag=True, help="Count articles without a picture, or with none that is shown.")
@_output
def list_(given: _Given, images: bool, output: str) -> None:
    """List the topics and named feeds: articles, newest article, title, feed URLs."""
    from .commands import pictures
    from .commands.listing import as_json, as_text, listing
    from .pipeline import build as pipeline

    config = given.load()
    if images:
        instant = given.instant()
        with printing.Bar() as progress:
            counted = pipeline.synced(config, instant, lambda made: pictures.counts(made, instant), progress)
        printing.say(*([pictures.as_json(counted)] if output == "json" else pictures.as_text(counted)))
        return
    with printing.Bar() as progress:
        listed = pipeline.synced(config, given.instant(), lambda made: listing(made, config), progress)
    printing.say(*([as_json(listed)] if output == "json" else as_text(listed)))


@main.command()
@_options
@click.argument("record", type=_FILE)
@click.argument("feed", default="")
def explain(given: _Given, record: str, feed: str) -> None:
    """Say rule by rule why RECORD is, or is not, in FEED.

    RECORD is a file, or an article's URL, id or title.
    FEED is "all", a topic or a named feed; without it, the answer is for every feed that RECORD may be in.
    """
    from .commands.explain import explain as run
    from .pipeline import build as pipeline

    config = given.load()
    instant = given.instant()
    with printing.Bar() as progress:
        explanation = pipeline.synced(
            config,
            instant,
            lambda made: run(made.index, made.publication, config, record, feed, instant),
            progress,
        )
    printing.say_explained(explanation)


@main.command()
@_options
@click.argument("old", type=_FILE)
@click.argument("new", type=_FILE, default="")
@click.option(
    "--format",
    "output",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
)
def compare(given: _Given, old: str, new: str, output: str) -> None:
    """Say what subscribers of the feed OLD will meet in NEW; exit 1 if anything is shown again as new.

    OLD is the file or URL of a feed, or the folder of an export.
    NEW is a feed of ours, such as topics/ai, a file, a URL or a folder; without it, it is the feed of
    everything as a build makes it now, or each feed of OLD, where OLD is an export.
    """
    from .commands import comparison
    from .commands.compare import Request, run

    with printing.Bar() as progress:
        compared = run(Request(old, new, given.load, given.instant), progress)
    if output == "json":
        printing.say_json(comparison.as_json(compared))
    else:
        make = comparison.as_markdown if output == "markdown" else comparison.as_text
        printing.say(*make(compared))
    if compared.is_bad:
        sys.exit(1)


@main.command()
@_options
@click.option("--host", metavar="HOST", help="Instead of [server] host.")
@click.option("--port", type=int, metavar="PORT", help="Instead of [server] port.")
@click.option(
    "--access-log", type=click.Choice(["off", "plain", "json"]), help="Instead of [server] access_log."
)
@click.option(
    "--share-port", is_flag=True, default=None, help="Start beside a server that is to be replaced."
)
@click.option("--workers", type=int, metavar="N", help="Instead of [server] workers.")
def serve(given: _Given, **server: Any) -> None:
    """Serve the feeds over HTTP, and follow what changes."""
    from .commands.serve import serve as run

    run(given.source(server=server), given.at)
