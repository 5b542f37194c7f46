"""What commands print: bars, notes, problems and what came of the work.

What a command is asked for goes to the standard output, what is said beside it to the standard error.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from feeds.errors import ConfigError, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from click._termui_impl import ProgressBar

    from feeds.config import Config
    from feeds.export.site import Changes
    from feeds.pipeline.build import Built, Progress
    from feeds.pipeline.check import Checked
    from feeds.pipeline.losses import Losses
    from feeds.pipeline.sync import Report
    from feeds.push.websub import Announced

    from .explain import Explanation
    from .probe import Probed
    from .starter import NewProject

_MOST_PATHS = 20
"""So many changed paths are named without being asked for all."""


def say(*lines: str) -> None:
    """Print lines."""
    for line in lines:
        click.echo(line)


def say_beside(line: str) -> None:
    """Print a line that is not what the command was asked for."""
    click.echo(line, err=True)


def say_json(value: Any) -> None:
    """Print a value for programs."""
    from msgspec import json

    click.echo(json.format(json.encode(value)).decode())


def lines_of(error: Exception) -> list[str]:
    """Return what an error says: all that is wrong with a configuration is several lines."""
    return [str(fault) for fault in error.faults] if isinstance(error, ConfigError) else [str(error)]


class Bar:
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


def say_note(note: str) -> None:
    """Say what was done besides, if anything."""
    if note:
        click.echo(f"note: {note}", err=True)


def say_problems(problems: list[Problem]) -> None:
    """Say what is wrong, beside what the command was asked for."""
    for problem in problems:
        click.echo(f"{problem.severity}: {problem}", err=True)


def _say_doubts(config: Config) -> None:
    """Say in one line what the configuration may not mean; every build would repeat more."""
    if config.doubts:
        others = len(config.doubts) - 1
        more = f" (and {others} more; `feeds check` lists them)" if others else ""
        click.echo(f"warning: {config.doubts[0]}{more}", err=True)


def _say_losses(losses: Losses) -> None:
    """Say in one line of each kind what comes to nothing; every build would repeat more."""
    for first, *others in losses.kinds:
        more = f" (and {len(others):,} more of the kind; `feeds check` lists them)" if others else ""
        click.echo(f"warning: {first}{more}", err=True)


def say_around_build(config: Config, built: Built, folder: Path) -> None:
    """Say what there is to say of a build besides what it changed in the exported folder."""
    say_note(built.note)
    _say_doubts(config)
    say_problems(built.topic_problems)
    _say_losses(built.losses)
    for note in built.changes.notes:
        say_note(f"{folder}: {note}")


def say_report(report: Report, *, hint: bool = True) -> None:
    """Say how many records were found and what became of them; with a hint where to read of the rejected."""
    repeat = "repeats" if report.stories == 1 else "repeat"
    stories = f" ({report.stories:,} {repeat} the story of another)" if report.stories else ""
    click.echo(
        f"{many(report.found, 'record')}: {many(report.articles, 'article')}{stories}, "
        f"{report.rejections:,} rejected, "
        f"{many(report.warnings, 'warning')}; {report.read:,} read, {report.removed:,} gone"
    )
    if report.rejections and hint:
        click.echo("`feeds check` lists what was rejected, and why")


def say_probed(probed: Probed) -> None:
    """Say which images gave trouble, and how many did not."""
    for trouble in probed.troubles:
        click.echo(f"{trouble.outcome}: {trouble.url}: {trouble.reason}")
    known = probed.images - probed.asked - probed.left
    click.echo(
        f"{many(probed.images, 'image')} in feeds: {probed.asked:,} asked for, {known:,} known, "
        f"{probed.left:,} left for another time"
    )
    click.echo(
        f"{probed.found:,} found, {probed.gone:,} gone, {probed.failed:,} failed, {probed.refused:,} refused"
    )
    if probed.feeds:
        click.echo(f"{many(probed.feeds, 'feed')} changed; `feeds build` writes them")


def say_changes(folder: Path, changes: Changes, *, is_complete: bool) -> None:
    """Say what an export changed: how many documents, and which, all of them or the first."""
    most = None if is_complete else _MOST_PATHS
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


def say_announced(announced: Announced) -> None:
    """Say which hubs were told of how many feeds, and of which they were not."""
    for hub, path, reason in announced.failed:
        click.echo(f"not announced to {hub}: {path}: {reason}", err=True)
    for hub, sent, failed, left in announced.by_hub():
        rest = f"; {failed + left:,} not, and `feeds ping` tries again" if failed or left else ""
        click.echo(f"{hub}: {many(sent, 'feed')} announced{rest}")
    if not any((announced.sent, announced.failed, announced.left)):
        click.echo("no feed changed since the hubs were last told")


def many(number: int, word: str) -> str:
    """Return a number with its word, which is in the plural unless it is 1."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def say_foreign(changes: Changes, folder: Path) -> None:
    """Say which files are in the way of an export."""
    from feeds.export.site import file_of

    for path in changes.foreign:
        file = folder / file_of(path)
        click.echo(f"{file}: is in the way: no export wrote this file; it was left as it is", err=True)


def say_made(made: NewProject, folder: str) -> None:
    """Say what was made in a new folder, and how to go on from here."""
    say(*(f"made {path}" for path in made.files), *made.notes)
    click.echo(f"\nNow: {_way_into(folder)}feeds build && feeds serve")


def _way_into(folder: str) -> str:
    """Return the beginning of a shell's line that goes on in a folder."""
    import shlex
    from pathlib import Path

    if Path(folder).resolve() == Path.cwd():
        return ""
    # What begins with a dash would be an option of cd.
    return f"cd {shlex.quote(f'./{folder}' if folder.startswith('-') else folder)} && "


def say_checked(checked: Checked) -> None:
    """Say what a check found."""
    say_note(checked.note)
    for problem in checked.problems:
        click.echo(f"{problem.severity}: {problem}")
    say_report(checked.report, hint=False)
    click.echo(f"{checked.feeds} feeds, all well-formed" if not checked.feed_errors else "")
    for error in checked.feed_errors:
        click.echo(f"error: {error}")


def say_explained(explanation: Explanation) -> None:
    """Say of which record was spoken, and rule by rule what was found."""
    click.echo(explanation.path)
    say_problems([*explanation.problems, *explanation.losses])
    if explanation.article is None:
        click.echo("It is not an article, so it is in no feed.")
        return
    click.echo(f"  title  {explanation.article.title}\n  id     {explanation.article.id}")
    if explanation.body:
        click.echo(f"  body   {explanation.body}")
    for answer in explanation.answers:
        place = f", number {answer.position}" if answer.is_in else ""
        click.echo(f"\n{'in' if answer.is_in else 'not in'} {answer.feed}{place}")
        for verdict in answer.verdicts:
            sign = "+" if verdict.passed else "-"
            click.echo(f"  {sign} {verdict.rule}: {verdict.found} (asked for: {verdict.wanted})")
        if answer.reason:
            click.echo(f"  {'' if answer.is_in else '- '}{answer.reason}")
    from .pictures import explained

    say(*explained(explanation.pictures))
