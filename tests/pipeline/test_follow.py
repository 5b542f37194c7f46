"""Following, step by step: what is looked into, when it is tried again, and when nothing is done."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from project import CONFIG, Project

from feeds.config import Config, Source
from feeds.pipeline import follow
from feeds.pipeline.follow import EVERYTHING, Changed, Follower, Task

NOTHING = Changed()


class Clock:
    """The clock that following goes by; it stands still until a test moves it on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seconds = 1000.0
        monkeypatch.setattr(follow, "time", SimpleNamespace(monotonic=lambda: self.seconds))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


class Work:
    """What a follower is given to do, and what it is answered."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, config: Config, source: Source | None = None) -> None:
        self.tasks: list[Task] = []
        self.failures: list[str] = []
        self.followed: list[Config] = []
        """The configurations whose folders were watched, one after the other."""
        self.error = ""
        """Why the work fails; "" where it does not."""
        self.now = 0
        self.due = 10**9
        self.wanted: bool | None = False
        self._stopping = threading.Event()
        self._steps: list[tuple[Changed, Callable[[], object]]] = []
        self.follower = Follower(
            source,
            config,
            lambda: self.now,
            self._do,
            lambda error: self.failures.append(str(error)),
            lambda: self.wanted,
            self._stopping,
        )
        monkeypatch.setattr(follow, "follow", self._follow)

    def _do(self, task: Task) -> int:
        self.tasks.append(task)
        if self.error:
            raise OSError(self.error)
        return self.due

    def _follow(self, config: Config, stopping: threading.Event) -> Iterator[Changed]:
        self.followed.append(config)
        while self._steps:
            changed, before = self._steps.pop(0)
            before()
            yield changed
        stopping.set()

    def run(self, *steps: Changed | tuple[Changed, Callable[[], object]]) -> list[int]:
        """Take steps; return how many tasks there had been before each, and at the end."""
        counts: list[int] = []

        def counted(before: Callable[[], object]) -> Callable[[], object]:
            return lambda: (counts.append(len(self.tasks)), before())

        pairs = [step if isinstance(step[1], Callable) else (step, bool) for step in steps]  # type: ignore[arg-type]
        self._steps = [(changed, counted(before)) for changed, before in pairs]
        self._stopping.clear()
        self.follower.run()
        return [*counts, len(self.tasks)]


@pytest.fixture
def work(project: Project, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Work:
    """A follower of a plain configuration that does not change."""
    return Work(monkeypatch, project.config)


def folders(*names: str) -> Changed:
    return Changed(frozenset(names))


def test_each_task_names_what_changed_since_the_last(work: Work) -> None:
    """And nothing of before; where nothing changed there is none."""
    assert work.run(EVERYTHING, NOTHING, folders("a"), NOTHING, Changed(frozenset(), topics=True)) == [
        0,
        1,
        1,
        2,
        2,
        3,
    ]
    assert [(task.folders, task.is_reread) for task in work.tasks] == [
        (None, True),
        (frozenset("a"), False),
        (frozenset(), True),
    ]


def test_what_falls_due_is_done_at_its_instant_and_once(work: Work) -> None:
    """No file has to change for it."""
    work.due = 50

    def pass_to(now: int, due: int) -> Callable[[], None]:
        def move() -> None:
            work.now, work.due = now, due

        return move

    steps = [(NOTHING, pass_to(49, 50)), (NOTHING, pass_to(50, 80)), NOTHING, (NOTHING, pass_to(79, 80))]
    assert work.run(EVERYTHING, *steps) == [0, 1, 1, 2, 2, 2]
    assert work.tasks[-1].folders == frozenset()


def test_work_that_others_ask_for_is_done(work: Work) -> None:
    """No file has to change for that either; whoever says that all is over is heard at once."""

    def want(wanted: bool | None) -> Callable[[], None]:
        return lambda: setattr(work, "wanted", wanted)

    assert work.run(EVERYTHING, NOTHING, (NOTHING, want(True)), (NOTHING, want(False))) == [0, 1, 1, 2, 2]
    assert work.run((folders("a"), want(None)), (folders("b"), want(False))) == [2, 2]


def test_what_failed_is_tried_again_after_longer_and_longer_pauses(work: Work, clock: Clock) -> None:
    """Half a second, then twice as long each time, and five at most; with a look at everything."""
    work.run(EVERYTHING)
    work.error = "the disk is gone"
    work.run(folders("a"))
    assert work.failures == ["the disk is gone"]
    for pause in (0.5, 1.0, 2.0, 4.0, 5.0, 5.0):
        before = len(work.tasks)
        clock.seconds += pause - 0.01
        work.now = 2 * 10**9
        assert work.run(NOTHING) == [before, before], "too early, and what is due waits, too"
        clock.seconds += 0.01
        assert work.run(NOTHING, NOTHING) == [before, before + 1, before + 1]
        assert (work.tasks[-1].folders, work.tasks[-1].is_reread) == (None, True)
    work.error, work.now = "", 0
    clock.seconds += 5
    before = len(work.tasks)
    assert work.run(NOTHING, NOTHING, folders("b")) == [before, before + 1, before + 1, before + 2]
    assert work.tasks[-1].folders == frozenset("b"), "nothing is left of the failure"
    work.error = "again"
    work.run(folders("c"))
    clock.seconds += 0.5
    before = len(work.tasks)
    assert work.run(NOTHING) == [before, before + 1], "the pauses begin anew"


def test_a_change_is_tried_at_once_after_a_failure(work: Work) -> None:
    """It may be what was missing."""
    work.error = "a record cannot be read"
    assert work.run(EVERYTHING, NOTHING, folders("a"), NOTHING) == [0, 1, 1, 2, 2]
    assert work.tasks[-1].folders is None


def test_another_configuration_is_followed_at_once_but_in_the_same_index(
    project: Project, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A mistake is told, and the old one stays; [index] url waits for a new start."""
    source = Source(project.root / "config.toml")
    work = Work(monkeypatch, source.load(), source)

    def write(config: str) -> Callable[[], None]:
        return lambda: project.configure(config)

    counts = work.run(
        EVERYTHING, NOTHING, (NOTHING, write(CONFIG + "[server]\nport = 'x'\n")), NOTHING, NOTHING
    )
    assert counts == [0, 1, 1, 1, 1, 1]
    assert len(work.failures) == 1
    other = CONFIG.replace("Example", "Other") + '[index]\nurl = "sqlite:///other.db"\n'
    # What is still being written is not read: it has to look the same twice.
    assert work.run((NOTHING, write(other)), NOTHING, NOTHING) == [1, 1, 2, 2]
    task = work.tasks[-1]
    assert (task.folders, task.is_reread, task.config.site.title) == (None, True, "Other")
    assert task.config.index.url == "sqlite:///.feeds/index.db"
    assert [config.site.title for config in work.followed] == ["Example", "Example", "Other"]
    assert "[index] url takes effect when the server is started again" in caplog.text


# -- what the file system tells ------------------------------------------------------------------------------


@pytest.fixture
def told(project: Project, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Changed]]:
    """Return what is found where the file system tells of paths: ``told([path, …], seconds, …)``."""

    def tell(*steps: list[Path] | float) -> list[Changed]:
        stopping = threading.Event()

        def watch(*_: object, **__: object) -> Iterator[set[tuple[int, str]]]:
            for step in steps:
                if isinstance(step, list):
                    yield {(1, str(path)) for path in step}
                else:
                    clock.seconds += step
            stopping.set()

        monkeypatch.setattr("watchfiles.watch", watch)
        return list(follow.follow(project.config, stopping))

    return tell


def test_a_minute_passes_between_looks_at_everything(
    project: Project, told: Callable[..., list[Changed]]
) -> None:
    """The first comes at once; file systems do not tell everything."""
    path = project.record("x/a")
    changed = Changed(frozenset({str(path.parent)}))
    assert told([], [], 59.9, [path], 0.2, [], [path]) == [EVERYTHING, NOTHING, changed, EVERYTHING, changed]


def test_the_end_of_many_changes_is_waited_for_but_not_for_long(
    project: Project, told: Callable[..., list[Changed]]
) -> None:
    """A checkout of thousands of files is one update; a never-ending stream is several."""
    paths = [project.record(f"x{number}/a") for number in range(450)]
    first, second, rest = paths[:200], paths[200:400], paths[400:]
    parents = frozenset(str(path.parent) for path in paths)
    assert told([], first, 1, second, 1, rest) == [EVERYTHING, NOTHING, NOTHING, Changed(parents)]
    assert told([], first[1:]) == [EVERYTHING, Changed(frozenset(str(path.parent) for path in first[1:]))]
    stream = told([], first, 2.9, first, 0.2, second)
    assert stream[:3] == [EVERYTHING, NOTHING, NOTHING]
    assert stream[3] == Changed(frozenset(str(path.parent) for path in (*first, *second)))


def test_so_many_changes_that_some_may_be_missing_are_a_reason_to_look_everywhere(
    project: Project, told: Callable[..., list[Changed]]
) -> None:
    """The system's queue of events has an end."""
    gone = [project.root / "records" / f"{number}.md" for number in range(5_001)]
    assert told([], gone[:-1], 4, [])[-1] == Changed(frozenset({str(project.root / "records")}))
    assert told([], gone, 4, [])[-1] == EVERYTHING


class Stopping(threading.Event):
    """Says stop after so many waits; each moves the clock on instead of waiting."""

    def __init__(self, clock: Clock, waits: int) -> None:
        super().__init__()
        self._clock = clock
        self._left = waits

    def wait(self, timeout: float | None = None) -> bool:
        self._clock.seconds += timeout or 0
        self._left -= 1
        if self._left <= 0:
            self.set()
        return self.is_set()


@pytest.mark.parametrize(("look_seconds", "pause"), [(0, 2), (0.0625, 2), (1, 20)])
def test_without_watching_everything_is_looked_at_for_a_small_part_of_the_time(
    look_seconds: float,
    pause: int,
    project: Project,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Every two seconds, or a twentieth of the time where a look takes long; the reason is told once."""

    def watch(*_: object, **__: object) -> Iterator[object]:
        raise OSError("OS file watch limit reached")

    monkeypatch.setattr("watchfiles.watch", watch)
    looks: list[float] = []
    between = 0
    for changed in follow.follow(project.config, Stopping(clock, pause * 4 * 3)):
        if changed == EVERYTHING:
            looks.append(clock.seconds)
            clock.seconds += look_seconds
        else:
            between += 1
            assert between < 1_000, "no time passes"
    assert [later - before for before, later in itertools.pairwise(looks)] == pytest.approx(
        [pause + look_seconds] * (len(looks) - 1)
    )
    assert len(looks) == 3
    assert between == pause * 4 * 3 - 1, "the clock and the configuration are looked at all the time"
    assert caplog.text.count("watch limit reached") == 1


def test_topic_files_are_told_from_records(
    make_project: Callable[..., Project], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a change of theirs, or of organisation files, has them read again."""
    project = make_project(CONFIG + 'topics = ["_topics"]\nproviders = ["_organizations"]\n')
    record, topic = project.record("a"), project.write("_topics/ai.yaml", "name: AI\n")
    provider = project.write("_organizations/a.yaml", "domain: a.example\n")
    stopping = threading.Event()

    def watch(*_: object, **__: object) -> Iterator[set[tuple[int, str]]]:
        yield set()
        yield {(1, str(record))}
        yield {(1, str(topic))}
        yield {(1, str(provider))}
        stopping.set()

    monkeypatch.setattr("watchfiles.watch", watch)
    assert list(follow.follow(project.config, stopping)) == [
        EVERYTHING,
        Changed(frozenset({str(record.parent)}), topics=False),
        Changed(frozenset(), topics=True),
        Changed(frozenset(), topics=True),
    ]
