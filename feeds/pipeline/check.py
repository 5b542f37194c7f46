"""Everything that can be wrong, found before subscribers do."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec

from feeds.errors import Problem

from .build import Synced, problems_of
from .sync import Report


class Checked(NamedTuple):
    """What a check found."""

    report: Report
    problems: list[Problem]
    feeds: int
    feed_errors: list[str]
    note: str

    @property
    def is_bad(self) -> bool:
        """Whether something was lost: a record, a topic file or a feed."""
        return bool(self.feed_errors) or any(problem.severity == "rejection" for problem in self.problems)

    def as_dict(self) -> dict[str, Any]:
        """Return the findings for programs."""
        return {
            "records": self.report._asdict(),
            "problems": [msgspec.structs.asdict(problem) for problem in self.problems],
            "feeds": self.feeds,
            "feed_errors": self.feed_errors,
        }


def check(made: Synced) -> Checked:
    """Make every document, and read every feed as strictly as its format asks."""
    publication = made.publication
    problems = problems_of(made)
    feeds = [(path, format_) for path in publication.paths if (format_ := publication.feed_format(path))]
    faults = ((path, format_.fault(publication.document(path).body)) for path, format_ in feeds)
    errors = [f"{path}: {fault}" for path, fault in faults if fault]
    return Checked(made.report, problems, len(feeds), errors, made.note)
