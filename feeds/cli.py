"""The `feeds` command. Each command decodes its options, calls one function and prints what came of it."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from .errors import ConfigError, FeedsError, Problem
from .version import VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from click._termui_impl import ProgressBar

    from .commands.probe import Probed
    from .config import Config, Source
    from .export.site import Changes
    from .pipeline.build import Progress
    from .pipeline.sync import Report
    from .push.websub import Announced
    from .serving.editions import Edition

_MOST_PATHS = 20
"""So many changed paths are named without being asked for all."""
_MOST_NAMED = 4
"""So many are in the line of an update that is followed."""

_FILE = click.Path(readable=False)
"""A path, so that shells complete it; whether it is there is for others to say."""

Command = TypeVar("Command", bound=Callable[..., Any])


class _Group(click.Group):
    """Turns the package's errors into messages without a stack trace."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except FeedsError as error:
            _say_problems(getattr(error, "problems", []))
            *others, last = _lines_of(error)
            for line in others:
                click.echo(f"Error: {line}", err=True)
            raise click.ClickException(last) from error


def _lines_of(error: Exception) -> list[str]:
    """Return what an error says: all that is wrong with a configuration is several lines."""
    return [str(fault) for fault in error.faults] if isinstance(error, ConfigError) else [str(error)]


def _options(*, out: bool = False) -> Callable[[Command], Command]:
    """Give a command the options that override the configuration."""

    def decorate(command: Command) -> Command:
        options = [
            click.option(
                "--config",
                "config_path",
                type=_FILE,
                default="config.toml",
                show_default=True,
                metavar="FILE",
            ),
            click.option(
                "--records", type=_FILE, metavar="PATH", multiple=True, help="Instead of [records] paths."
            ),
            click.option("--base-url", metavar="URL", help="Instead of [site] base_url."),
            click.option(
                "--now", default="", metavar="TIME", help="Select for this instant (a date, or seconds)."
            ),
        ]
        if out:
            options.append(click.option("--out", type=_FILE, metavar="DIR", help="Instead of [export] path."))
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def _load(config_path: str, records: tuple[str, ...], base_url: str | None, **more: Any) -> Config:
    """Load the configuration with what the command line puts in its place."""
    return _source(config_path, records, base_url, **more).load()


def _source(config_path: str, records: tuple[str, ...], base_url: str | None, **more: Any) -> Source:
    """Return where the configuration comes from. Paths on the command line are the caller's."""
    from pathlib import Path

    from .config import Source

    override: dict[str, dict[str, Any]] = {}
    if records:
        override["records"] = {"paths": [str(Path(path).absolute()) for path in records]}
    if base_url:
        override["site"] = {"base_url": base_url}
    for table, values in more.items():
        given = {key: value for key, value in values.items() if value is not None}
        if given:
            override[table] = given
    return Source(config_path, override)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, prog_name="feeds")
def main() -> None:
    """Turn a folder of article records into per-topic RSS and Atom feeds."""


@main.command()
@click.argument("folder", type=_FILE, metavar="DIR")
@click.option("--title", metavar="TEXT", help="Name of the whole.")
@click.option("--base-url", metavar="URL", help="Where the feeds will be found.")
@click.option("--records", type=_FILE, metavar="PATH", help="Where your records are, if you have some.")
def init(folder: str, title: str | None, base_url: str | None, records: str | None) -> None:
    """Make a folder with a configuration, and a record to start from where you have none.

    On a terminal it asks for what the options do not say.
    """
    from .commands import starter

    starter.refuse(folder)
    if sys.stdin is not None and sys.stdin.isatty():
        if title is None:
            title = _asked("Title", starter.TITLE, starter.checked_title)
        if base_url is None:
            base_url = _asked("Where the feeds will be found (URL; Enter if not known yet)", "", _known_url)
        if records is None:
            records = _asked("Folder of your records (Enter for a new one with an example)", "", str)
    title = starter.TITLE if title is None else title
    made = starter.make(folder, title, base_url or "", records or "")
    for path in made.files:
        click.echo(f"made {path}")
    for note in made.notes:
        click.echo(note)
    click.echo(f"\nNow: {_way_into(folder)}feeds build && feeds serve")


def _asked(question: str, usual: str, check: Callable[[str], str]) -> str:
    """Ask until the answer can be."""

    def checked(value: str) -> str:
        try:
            return check(value)
        except FeedsError as error:
            raise click.UsageError(str(error)) from error

    return str(click.prompt(question, default=usual, show_default=bool(usual), value_proc=checked))


def _known_url(value: str) -> str:
    from .commands.starter import checked_url

    return checked_url(value) if value else ""


def _way_into(folder: str) -> str:
    """Return the beginning of a shell's line that goes on in a folder."""
    import shlex
    from pathlib import Path

    if Path(folder).resolve() == Path.cwd():
        return ""
    # What begins with a dash would be an option of cd.
    return f"cd {shlex.quote(f'./{folder}' if folder.startswith('-') else folder)} && "


@main.command()
@_options(out=True)
@click.option("--strict", is_flag=True, help="Fail, and export nothing, if a record is rejected.")
@click.option("--watch", is_flag=True, help="Go on, and build whenever something changes.")
@click.option("-v", "--verbose", is_flag=True, help="Name every path that changed, however many there are.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def build(
    config_path: str,
    records: tuple[str, ...],
    base_url: str | None,
    now: str,
    out: str | None,
    strict: bool,
    watch: bool,
    verbose: bool,
    output: str,
) -> None:
    """Read the records and export the feeds as a static site."""
    from pathlib import Path

    from .pipeline import build as pipeline

    if watch and output == "json":
        raise click.UsageError("--watch prints lines; it cannot be combined with --format json.")
    folder = str(Path(out).absolute()) if out else None
    source = _source(config_path, records, base_url, export={"path": folder})
    config = source.load()
    with _Bar() as progress:
        built = pipeline.build(config, pipeline.clock(now), progress, is_strict=strict)
    _say_note(built.note)
    _say_doubts(config)
    _say_problems(built.topic_problems)
    changes = built.changes
    shown = Path(out) if out else Path(config.export.path)
    for note in changes.notes:
        _say_note(f"{shown}: {note}")
    announced = None
    if config.websub.hubs and config.websub.announce == "auto":
        from .push.websub import announce

        announced = announce(config)
    if output == "json":
        from msgspec import json

        report: dict[str, Any] = {"records": built.report._asdict(), **changes._asdict()}
        if announced:
            report["announced"] = announced.as_dict()
        click.echo(json.format(json.encode(report)).decode())
    else:
        _say_report(built.report)
        _say_changes(shown, changes, None if verbose else _MOST_PATHS)
        if announced:
            _say_announced(announced)
    _say_foreign(changes, shown)
    if watch:
        _watch(source, config, now, shown, is_strict=strict)
    elif changes.foreign:
        sys.exit(1)


def _watch(source: Source, config: Config, now: str, shown: Path, *, is_strict: bool) -> None:
    """Build whenever something changes, and say so in a line, until Ctrl-C."""
    from datetime import datetime

    from .commands import watch as rebuild
    from .pipeline import build as pipeline

    def updated(update: rebuild.Update) -> None:
        changes = update.built.changes
        _say_note(update.built.note)
        _say_problems([*update.built.topic_problems, *update.rejections])
        paths = [*changes.added, *changes.changed, *changes.removed]
        if paths:
            more = f" and {_many(len(paths) - _MOST_NAMED, 'other')}" if len(paths) > _MOST_NAMED else ""
            clock = datetime.now().astimezone()
            counted = (
                f"{len(changes.added)} added, {len(changes.changed)} changed, {len(changes.removed)} removed"
            )
            click.echo(f"{clock:%H:%M:%S} {counted}: {', '.join(paths[:_MOST_NAMED])}{more}")
            _say_foreign(changes, shown)

    def failed(error: Exception) -> None:
        _say_problems(getattr(error, "problems", []))
        for line in _lines_of(error):
            click.echo(f"Error: {line}; {shown} stays as it is", err=True)

    click.echo("Following changes (Ctrl-C stops)")
    try:
        rebuild.follow(
            source,
            config,
            lambda: pipeline.clock(now),
            updated,
            failed,
            _say_announced,
            is_strict=is_strict,
        )
    except KeyboardInterrupt:
        click.echo()


def _say_foreign(changes: Changes, folder: Path) -> None:
    from .export.site import file_of

    for path in changes.foreign:
        file = folder / file_of(path)
        click.echo(f"{file}: is in the way: no export wrote this file; it was left as it is", err=True)


@main.command()
@_options()
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
def check(
    config_path: str,
    records: tuple[str, ...],
    base_url: str | None,
    now: str,
    output: str,
    strict: bool,
) -> None:
    """Check configuration, records and feeds; exit 1 if one is wrong."""
    from .commands.check import check as run
    from .pipeline import build as pipeline

    config = _load(config_path, records, base_url)
    with _Bar() as progress:
        checked = pipeline.synced(config, pipeline.clock(now), run, progress)
    if output == "json":
        from msgspec import json

        click.echo(json.format(json.encode(checked.as_dict())).decode())
    else:
        _say_note(checked.note)
        for problem in checked.problems:
            click.echo(f"{problem.severity}: {problem}")
        _say_report(checked.report, hint=False)
        click.echo(f"{checked.feeds} feeds, all well-formed" if not checked.feed_errors else "")
        for error in checked.feed_errors:
            click.echo(f"error: {error}")
    if checked.is_bad or (strict and checked.problems):
        sys.exit(1)


@main.command()
@_options()
@click.option("--all", "everything", is_flag=True, help="Ask again for images that are known.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def probe(
    config_path: str,
    records: tuple[str, ...],
    base_url: str | None,
    now: str,
    everything: bool,
    output: str,
) -> None:
    """Ask for the images in feeds: learn length and type of each, and which are gone."""
    from .commands.probe import probe as run
    from .pipeline import build as pipeline

    config = _load(config_path, records, base_url)
    instant = pipeline.clock(now)
    with _Bar(least=1) as progress:
        probed, note = pipeline.synced(
            config,
            instant,
            lambda made: (run(made, config, instant, progress, everything=everything), made.note),
            progress,
        )
    _say_note(note)
    if output == "json":
        from msgspec import json

        click.echo(json.format(json.encode(probed.as_dict())).decode())
    else:
        _say_probed(probed)
    if probed.is_stopped:
        click.echo("stopped; what was learnt is kept, and the next run goes on from here", err=True)
        sys.exit(130)


@main.command()
@_options()
@click.option("--all", "everything", is_flag=True, help="Announce every feed, whether it changed or not.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def ping(
    config_path: str,
    records: tuple[str, ...],
    base_url: str | None,
    now: str,
    everything: bool,
    output: str,
) -> None:
    """Tell the hubs of [websub] which feeds the last builds changed; exit 1 if one was not told."""
    from .pipeline import build as pipeline
    from .push.websub import announce

    config = _load(config_path, records, base_url)
    if everything:
        known = pipeline.described_topics(config)[0]
        instant = pipeline.clock(now)
        pipeline.published(config, known, instant, lambda made: made.announce_later(made.paths))
    announced = announce(config)
    if output == "json":
        from msgspec import json

        click.echo(json.format(json.encode(announced.as_dict())).decode())
    else:
        _say_announced(announced)
    if announced.failed or announced.left:
        sys.exit(1)


@main.command(name="list")
@_options()
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def list_(config_path: str, records: tuple[str, ...], base_url: str | None, now: str, output: str) -> None:
    """List the topics and named feeds: articles, newest article, title, feed URLs."""
    from .commands.listing import as_json, as_text, listing
    from .pipeline import build as pipeline

    config = _load(config_path, records, base_url)
    with _Bar() as progress:
        listed = pipeline.synced(config, pipeline.clock(now), lambda made: listing(made, config), progress)
    for line in [as_json(listed)] if output == "json" else as_text(listed):
        click.echo(line)


@main.command()
@_options()
@click.argument("record", type=_FILE)
@click.argument("feed", default="")
def explain(
    config_path: str, records: tuple[str, ...], base_url: str | None, now: str, record: str, feed: str
) -> None:
    """Say rule by rule why RECORD is, or is not, in FEED.

    RECORD is a file, or an article's URL, id or title.
    FEED is "all", a topic or a named feed; without it, the answer is for every feed that RECORD may be in.
    """
    from .commands.explain import explain as run
    from .pipeline import build as pipeline

    config = _load(config_path, records, base_url)
    instant = pipeline.clock(now)
    with _Bar() as progress:
        explanation = pipeline.synced(
            config,
            instant,
            lambda made: run(made.index, made.publication, config, record, feed, instant),
            progress,
        )
    click.echo(explanation.path)
    _say_problems(explanation.problems)
    if explanation.article is None:
        click.echo("It is not an article, so it is in no feed.")
        return
    click.echo(f"  title  {explanation.article.title}\n  id     {explanation.article.id}")
    for answer in explanation.answers:
        place = f", number {answer.position}" if answer.is_in else ""
        click.echo(f"\n{'in' if answer.is_in else 'not in'} {answer.feed}{place}")
        for verdict in answer.verdicts:
            sign = "+" if verdict.passed else "-"
            click.echo(f"  {sign} {verdict.rule}: {verdict.found} (asked for: {verdict.wanted})")
        if answer.reason:
            click.echo(f"  {'' if answer.is_in else '- '}{answer.reason}")


@main.command()
@_options()
@click.option("--host", metavar="HOST", help="Instead of [server] host.")
@click.option("--port", type=int, metavar="PORT", help="Instead of [server] port.")
@click.option(
    "--access-log", type=click.Choice(["off", "plain", "json"]), help="Instead of [server] access_log."
)
@click.option(
    "--share-port", is_flag=True, default=None, help="Start beside a server that is to be replaced."
)
@click.option("--workers", type=int, metavar="N", help="Instead of [server] workers.")
def serve(
    config_path: str,
    records: tuple[str, ...],
    base_url: str | None,
    now: str,
    host: str | None,
    port: int | None,
    access_log: str | None,
    share_port: bool | None,
    workers: int | None,
) -> None:
    """Serve the feeds over HTTP, and follow what changes."""
    from . import application
    from .pipeline import build as pipeline
    from .serving import editions
    from .serving.live import leadership_of

    server = {"host": host, "port": port, "access_log": access_log, "share_port": share_port}
    source = _source(config_path, records, base_url, server=server | {"workers": workers})
    config = source.load()
    instant, is_live = pipeline.clock(now), config.server.live
    server_module = application.module()
    server_module.check_processes(config.server.workers, is_shared=config.server.share_port)
    server_module.check_address(config.server.host, config.server.port, is_shared=config.server.share_port)
    # Whoever collects JSON wants nothing else on the standard output.
    said_on = sys.stderr if config.server.access_log == "json" else sys.stdout
    with contextlib.redirect_stdout(said_on):
        terms, problems = editions.terms_of(config)
        leadership = leadership_of(config, source, is_by_clock=not now)
        with _Bar() as progress:
            ready = editions.ready(terms, instant, leadership, progress, is_live=is_live)
        edition = editions.read_edition(terms, instant, is_live=is_live)
        _say_note(ready.note)
        _say_problems(problems)
        if ready.report:
            _say_report(ready.report)
        else:
            found = edition.report
            click.echo(f"{_many(found.articles, 'article')}, {found.rejections:,} rejected, as read before")
        _say_addresses(config, edition)
    server_module.run(source, instant if now else None)


def _say_addresses(config: Config, edition: Edition) -> None:
    """Say where to look: only at what is there."""
    from urllib.parse import quote

    from .formats import by_name, feed_formats
    from .publication.publication import HOME
    from .serving.queries import COMPOSE, has_compose

    address = f"http://{config.server.host}:{config.server.port}"
    # What is served is what was published last, which may follow another configuration than the newest.
    published, paths = edition.terms.config, edition.publication.paths
    click.echo(f"\nServing {address}{HOME if HOME in paths else ''} (Ctrl-C stops it)")
    for format_ in feed_formats(by_name(published.feeds.formats)):
        click.echo(f"  {address}/all{format_.suffix}")
    topics = [path for path in paths if path.startswith("/topics/")]
    pages = [path for path in topics if path.endswith("/")]
    for path in (pages or topics)[:8]:
        click.echo(f"  {address}{quote(path)}")
    if has_compose(published):
        click.echo(f"  {address}{COMPOSE} (a feed of your own)")


class _Bar:
    """A progress bar on a terminal, for work that is long; nothing elsewhere.

    Work of fewer than ``least`` parts is not long. It tells how much is done and how long the rest will take.
    """

    def __init__(self, least: int = 500) -> None:
        self._least = least
        self._task = ""
        self._bar: ProgressBar[int] | None = None

    def __enter__(self) -> Progress | None:
        return self._show if sys.stderr.isatty() else None

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            # Also where something failed: the terminal gets its cursor back.
            self._bar.render_finish()
            self._bar = None

    def _show(self, task: str, done: int, total: int) -> None:
        if total < self._least:
            return
        if self._bar is None or self._task != task:
            self.__exit__()
            self._task = task
            self._bar = click.progressbar(length=total, label=task, show_percent=True, file=sys.stderr)
        # More may be found while some is done.
        self._bar.length, self._bar.finished = total, False
        self._bar.update(done - self._bar.pos)


def _say_note(note: str) -> None:
    if note:
        click.echo(f"note: {note}", err=True)


def _say_problems(problems: list[Problem]) -> None:
    for problem in problems:
        click.echo(f"{problem.severity}: {problem}", err=True)


def _say_doubts(config: Config) -> None:
    """Say in one line what the configuration may not mean; every build would repeat more."""
    if config.doubts:
        others = len(config.doubts) - 1
        more = f" (and {others} more; `feeds check` lists them)" if others else ""
        click.echo(f"warning: {config.doubts[0]}{more}", err=True)


def _say_report(report: Report, *, hint: bool = True) -> None:
    click.echo(
        f"{_many(report.found, 'record')}: {_many(report.articles, 'article')}, "
        f"{report.rejections:,} rejected, "
        f"{_many(report.warnings, 'warning')}; {report.read:,} read, {report.removed:,} gone"
    )
    if report.rejections and hint:
        click.echo("`feeds check` lists what was rejected, and why")


def _say_probed(probed: Probed) -> None:
    for trouble in probed.troubles:
        click.echo(f"{trouble.outcome}: {trouble.url}: {trouble.reason}")
    known = probed.images - probed.asked - probed.left
    click.echo(
        f"{_many(probed.images, 'image')} in feeds: {probed.asked:,} asked for, {known:,} known, "
        f"{probed.left:,} left for another time"
    )
    click.echo(
        f"{probed.found:,} found, {probed.gone:,} gone, {probed.failed:,} failed, {probed.refused:,} refused"
    )
    if probed.feeds:
        click.echo(f"{_many(probed.feeds, 'feed')} changed; `feeds build` writes them")


def _say_changes(folder: Path, changes: Changes, most: int | None) -> None:
    compressed = f"; {changes.compressed} compressed" if changes.compressed else ""
    click.echo(
        f"{folder}: {len(changes.added)} added, {len(changes.changed)} changed, "
        f"{len(changes.removed)} removed, {changes.unchanged} unchanged{compressed}"
    )
    kinds = (("added", changes.added), ("changed", changes.changed), ("removed", changes.removed))
    named = [(kind, path) for kind, paths in kinds for path in sorted(paths)]
    for kind, path in named[:most]:
        click.echo(f"  {kind:<7}  {path}")
    if most is not None and len(named) > most:
        click.echo(f"  and {len(named) - most:,} more; -v names them all")


def _say_announced(announced: Announced) -> None:
    for hub, path, reason in announced.failed:
        click.echo(f"not announced to {hub}: {path}: {reason}", err=True)
    for hub, sent, failed, left in announced.by_hub():
        rest = f"; {failed + left:,} not, and `feeds ping` tries again" if failed or left else ""
        click.echo(f"{hub}: {_many(sent, 'feed')} announced{rest}")
    if not any((announced.sent, announced.failed, announced.left)):
        click.echo("no feed changed since the hubs were last told")


def _many(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
