"""What the server has besides the publication, which a static site has not: query feeds above all.

Questions are answered here, and the page that composes them is handed out; and so is what clients ask of
every server, whether a page names it or not.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from typing import NamedTuple, TypeVar
from urllib.parse import parse_qsl

from feeds.config import Config
from feeds.export import hosts
from feeds.formats import PAGE, by_name, feed_formats
from feeds.http import answers
from feeds.http.answers import Answer, Environ, Prepared
from feeds.http.caching import Policy
from feeds.index.index import Index
from feeds.index.opening import reading, with_index
from feeds.index.rows import Label, Summary
from feeds.model.feed import Choice, Composer, Feed
from feeds.model.paths import ALL, COMPOSE, COMPOSE_ASSETS, FAVICON, QUESTION, ROBOTS, of_feed, topic_key
from feeds.model.spans import FOREVER
from feeds.model.topics import Topic
from feeds.publication import assembly
from feeds.publication.document import etag_of
from feeds.publication.pictures import Picking
from feeds.publication.publication import Publication
from feeds.questions.answer import ask
from feeds.questions.question import MOST_ENTRIES, Catalogue, Question, QuestionRefused, TopicRetired, parse

from .cache import Cache

_CUSTOMARY = {FAVICON: answers.ICON, ROBOTS: "text/plain"}
_MOST_ANSWERS = 512
_MOST_BYTES = 32_000_000
_MOST_CHOICES = 300
"""So many types, and providers, are offered: the most frequent."""

Result = TypeVar("Result")


_MOST_ATTEMPTS = 3
"""So often an index is read again that changed meanwhile."""


class _PreparedAnswer(NamedTuple):
    """A prepared answer, and for how long it can be handed out."""

    prepared: Prepared
    valid_until: int
    generation: object


class _Subjects(NamedTuple):
    """The topics that there are to ask for."""

    generation: object
    catalogue: Catalogue
    choices: tuple[Choice, ...]
    picking: Picking
    """What is asked of pictures."""


class _Offers(NamedTuple):
    """What else there is to choose from."""

    generation: object
    types: tuple[Choice, ...]
    providers: tuple[Choice, ...]


def has_compose(config: Config) -> bool:
    """Whether there is a page that composes questions: it is one of the pages for people."""
    return PAGE in by_name(config.feeds.formats)


class QueryFeeds:
    """Answers questions, for several threads at once. Each answer is made once, and kept while it is right.

    ``described`` are the topics of config.toml and topic files. ``clock`` tells the instant in seconds since
    1970, ``generation`` a value that is another one whenever records were read anew.
    """

    def __init__(
        self,
        config: Config,
        described: Sequence[Topic],
        clock: Callable[[], int],
        generation: Callable[[], object] = lambda: 0,
    ) -> None:
        self._config = config
        self._described = list(described)
        self._clock = clock
        self._generation = generation
        formats = by_name(config.feeds.formats)
        self._formats = {of_feed(QUESTION, format_.suffix): format_ for format_ in feed_formats(formats)}
        self._pages = {*_CUSTOMARY, *((COMPOSE, *COMPOSE_ASSETS) if has_compose(config) else ())}
        self._policy = Policy.of(config.server)
        self._summaries: dict[str, Summary] = {}
        self._answers: Cache[tuple[str, Question], _PreparedAnswer] = Cache(
            _MOST_ANSWERS, _MOST_BYTES, lambda kept: kept.prepared.size
        )
        self._subjects: Cache[str, _Subjects] = Cache(1, 1, lambda _: 0)
        self._offers: Cache[str, _Offers] = Cache(1, 1, lambda _: 0)

    def answer(self, path: str, environ: Environ) -> Answer | None:
        """Answer a GET or HEAD request; None where it is no question, or one that asks for everything.

        Raises feeds.questions.QuestionRefused or TopicRetired where no feed can answer it.
        """
        if path == FAVICON and self._has_own_icon:
            return self._lead_to_icon()
        if path not in self._pages and path not in self._formats:
            return None
        if path in COMPOSE_ASSETS or path in _CUSTOMARY:
            return self._answer(path, Question(), environ)
        # WSGI spells bytes as Latin-1.
        query = environ.get("QUERY_STRING", "").encode("latin-1", "replace").decode(errors="replace")
        try:
            question = parse(query, self._now_subjects().catalogue)
        except (QuestionRefused, TopicRetired) as problem:
            if path in self._formats:
                raise
            return self._unanswered(query, str(problem), environ)
        if path in self._formats and not question.query:
            return None
        return self._answer(path, question, environ)

    @property
    def _has_own_icon(self) -> bool:
        """Whether the site's icon is at another address than the one where it is asked for."""
        site = self._config.site
        return site.icon not in ("", f"{site.base_url}{FAVICON}")

    def _lead_to_icon(self) -> Answer:
        control = f"public, max-age={self._config.server.max_age}"
        fields = [("Location", self._config.site.icon), ("Cache-Control", control), ("Content-Length", "0")]
        return Answer("302 Found", fields, b"")

    def _answer(self, path: str, question: Question, environ: Environ) -> Answer:
        now, generation = self._clock(), self._generation()
        kept = self._answers.get(
            (path, question),
            lambda kept: kept.generation == generation and now < kept.valid_until,
            lambda before: self._make(path, question, now, before),
        )
        given = answers.answer(kept.prepared, environ)
        remaining = max(kept.valid_until - now, 0)
        if remaining >= self._policy.usual or not given.headers:
            return given
        return answers.with_cache_control(given, self._policy.cache_control(remaining))

    def _make(
        self, path: str, question: Question, now: int, before: _PreparedAnswer | None
    ) -> _PreparedAnswer:
        generation = self._generation()
        if before and before.generation == generation and now < before.valid_until:
            # Another one made it under a number that was raised after this one asked.
            return before
        format_ = self._formats.get(path, PAGE)
        media_type = (COMPOSE_ASSETS | _CUSTOMARY).get(path, format_.media_type)
        valid_until = FOREVER
        if path == ROBOTS:
            config = self._config
            has_sitemap = "sitemap.xml" in config.export.files
            body = hosts.robots_text(config.site.base_url, has_sitemap=has_sitemap).encode()
        elif path in COMPOSE_ASSETS or path == FAVICON:
            name = path.strip("/") if path in COMPOSE_ASSETS else f"assets{path}"
            body = resources.files("feeds").joinpath(name).read_bytes()
        else:
            subjects = self._now_subjects()
            titles, picking = subjects.catalogue.topics, subjects.picking
            generation, (feed, valid_until) = self._read(
                lambda index: ask(index, self._config, question, titles, now, self._summaries, picking)
            )
            body = self._page(feed, parse_qsl(question.query)) if format_ is PAGE else format_.render(feed)
        etag = etag_of(body)
        # Nobody remembers when an answer that was not kept last changed; who has an older one asks again.
        updated = now
        if before:
            known = before.prepared
            updated = known.updated if known.etag == etag else max(now, known.updated + 1)
        is_open = path in self._formats
        control = self._policy.cache_control(valid_until - now)
        prepared = answers.prepare(path, media_type, body, etag, updated, control, is_open)
        return _PreparedAnswer(prepared, valid_until, generation)

    def _read(self, work: Callable[[Index], Result]) -> tuple[object, Result]:
        """Do some work with an index that is searchable; it is made so where it is not.

        Returns the generation that was read, too: it is another one once the index was made searchable.
        """
        url, root = self._config.index.url, self._config.root
        for attempt in itertools.count(1):
            generation = self._generation()
            is_last = attempt >= _MOST_ATTEMPTS
            done = reading(url, root, functools.partial(self._look, work, generation, is_last=is_last))
            if done:
                return generation, done[0]
            if done is None:
                with_index(url, root, lambda index: index.search.complete())
        raise AssertionError

    def _look(
        self, work: Callable[[Index], Result], generation: object, index: Index, *, is_last: bool
    ) -> tuple[Result, ...] | None:
        """Return what the work gives, alone; None where the index is not searchable; () to read once more."""
        if not index.search.is_complete():
            return None
        # Another number by now: what is read here may be newer than the one before, and would be made once
        # more for whoever asks next. But nobody waits for an index to come to rest.
        return (work(index),) if is_last or self._generation() == generation else ()

    def _page(self, feed: Feed, given: Sequence[tuple[str, str]], problem: str = "") -> bytes:
        from feeds.formats.page import compose_page

        values: dict[str, list[str]] = {}
        for name, value in given:
            values.setdefault(name, []).append(value)
        offers = self._now_offers()
        composer = Composer(
            feed=feed,
            limit=min(self._config.feeds.limit, MOST_ENTRIES),
            given=values,
            problem=problem,
            topics=self._now_subjects().choices,
            types=offers.types,
            providers=offers.providers,
            most_entries=MOST_ENTRIES,
        )
        return compose_page(composer, tuple(self._formats.values()))

    def _unanswered(self, query: str, problem: str, environ: Environ) -> Answer:
        """Return the page with what was asked for, and why it cannot be answered."""
        nothing = assembly.feed(ALL, None, (), 0, self._config)
        body = self._page(nothing, parse_qsl(query), problem)
        prepared = answers.prepare(COMPOSE, PAGE.media_type, body, etag_of(body), 0, "no-store", False)
        unconditional = ("REQUEST_METHOD", "HTTP_ACCEPT_ENCODING")
        given = answers.answer(prepared, {name: environ[name] for name in unconditional if name in environ})
        headers = [one for one in given.headers if one[0] not in ("ETag", "Last-Modified")]
        return given._replace(status="400 Bad Request", headers=headers) if headers else given

    def _now_subjects(self) -> _Subjects:
        generation = self._generation()

        def read(_: _Subjects | None) -> _Subjects:
            def look(index: Index) -> _Subjects:
                publication = Publication(index, self._config, self._described, self._clock())
                return _subjects(publication, generation)

            return reading(self._config.index.url, self._config.root, look)

        return self._subjects.get("", lambda known: known.generation == generation, read)

    def _now_offers(self) -> _Offers:
        generation = self._generation()

        def read(_: _Offers | None) -> _Offers:
            read_from, (types, providers) = self._read(
                lambda index: (index.search.types(), index.search.providers())
            )
            return _Offers(read_from, _choices(types), _choices(providers))

        return self._offers.get("", lambda known: known.generation == generation, read)


def _subjects(publication: Publication, generation: object) -> _Subjects:
    titles: Mapping[str, str] = {key: topic.title for key, topic in publication.topics.items()}
    choices = [
        Choice(key, title, publication.summary(topic_key(key)).articles) for key, title in titles.items()
    ]
    choices.sort(key=lambda choice: (choice.name.casefold(), choice.value))
    catalogue = Catalogue(titles, publication.redirects, publication.retired)
    return _Subjects(generation, catalogue, tuple(choices), publication.subjects.picking(ALL))


def _choices(labels: Sequence[Label]) -> tuple[Choice, ...]:
    most = sorted(labels, key=lambda label: -label.articles)[:_MOST_CHOICES]
    named = sorted(most, key=lambda label: (label.name.casefold(), label.name))
    return tuple(Choice(label.name.casefold(), label.name, label.articles) for label in named)
