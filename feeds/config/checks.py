"""What no type rules out: values that are impossible, alone or together."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Literal

import msgspec

from feeds import formats
from feeds.errors import Problem
from feeds.model.topics import family, slug
from feeds.network.addresses import Allowed
from feeds.text import cleaning, languages, placeholders, references, urls
from feeds.text import words as word_search

from . import leads
from .faults import Faults, Where
from .imagetable import checked_in
from .redirects import Redirects
from .tables import Config, Feeds, FeedTable, Records, Rules, Site, TopicTable

_AUTHORITY = re.compile(r"[a-z0-9._@-]+,\d{4}(-\d\d(-\d\d)?)?")


def checked(config: Config, faults: Faults) -> Config:
    """Note what is impossible in ``faults``, and return the configuration with addresses in valid form."""
    return _Checks(faults).config(config)


class _Checks:
    """The checks of one configuration."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._add = faults.add

    def config(self, config: Config) -> Config:
        self._texts(("site",), config.site)
        for key, table in config.topics.items():
            self._texts(("topics", key), table)
        site = self._site(config.site)
        records = config.records
        site_url = self._url(("records", "site_url"), records.site_url, "") if records.site_url else ""
        self._records(records)
        self._defaults(records)
        if site_url is not None:
            self._pattern("permalink", records)
            self._pattern("id", records)
        for name, author in config.authors.items():
            self._texts(("authors", name), author)
            for key in ("url", "avatar"):
                if value := getattr(author, key):
                    self._url(("authors", name, key), value, site_url or "")
        self._rules(("select",), config.select)
        for key, table in config.topics.items():
            self._rules(("topics", key), table)
        for number, feed in enumerate(config.named.values(), 1):
            self._texts(("feeds", f"[{number}]"), feed, but=f"[{number}]")
            self._rules(("feeds", f"[{number}]"), feed)
        self._aliases(config)
        self._parents(config)
        self._feeds(config.feeds)
        rules = Redirects(config.redirects)
        for old in config.redirects:
            if reason := leads.fault(old, rules, config):
                self._add(("redirects", old), reason)
        for entry in config.probe.allow_hosts:
            try:
                Allowed([entry])
            except ValueError as error:
                self._add(("probe", "allow_hosts"), str(error))
        hubs = [self._url(("websub", "hubs"), hub, "") or hub for hub in config.websub.hubs]
        if not config.index.url.startswith("sqlite:///"):
            self._add(("index", "url"), 'must begin with "sqlite:///"; the index is a SQLite file')
        folder = site_url or f"{site.base_url}/"
        return msgspec.structs.replace(
            config,
            topics=self._pictures(config.topics, folder),
            named=self._stand_ins(config.named, folder),
            images=config.images.checked(folder, partial(self._add_in, ("images",))),
            doubts=tuple(self._doubts(site, site_url or "")),
            site=site,
            records=msgspec.structs.replace(records, site_url=site_url or ""),
            websub=msgspec.structs.replace(config.websub, hubs=tuple(dict.fromkeys(hubs))),
        )

    def _doubts(self, site: Site, site_url: str) -> Iterator[Problem]:
        """Yield a warning for each address that stands for another; what is empty is no address."""
        authority = site.id_authority.partition(",")[0].rpartition("@")[2]
        for where, host, meant in (
            (("site", "base_url"), urls.host(site.base_url), "write where the feeds will be found"),
            (("site", "id_authority"), authority, "write a domain of yours: ids are to stay for ever"),
            (("records", "site_url"), urls.host(site_url) if site_url else "", "write where your site is"),
        ):
            if reason := placeholders.why_no_home(host):
                found = self._faults.fault(where, f"{host!r} {reason}; {meant}")
                yield Problem(found.path, found.line, found.key, found.reason, "warning")

    def _url(self, where: Where, value: str, base: str) -> str | None:
        try:
            return urls.absolute(value, base)
        except ValueError as error:
            reason = "is no absolute http or https URL" if "relative" in str(error) else str(error)
            self._add(where, f"{value!r} {reason}")
            return None

    def _texts(self, where: Where, table: msgspec.Struct, but: str = "") -> None:
        for key, value in msgspec.structs.asdict(table).items():
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, str) and one != but and cleaning.has_unfit(one):
                    self._add((*where, key), "has a character that XML cannot carry")

    def _site(self, site: Site) -> Site:
        changes: dict[str, Any] = {}
        # Where it is faulty, pictures are checked against another one.
        base_url = (self._url(("site", "base_url"), site.base_url, "") or Site().base_url).rstrip("/")
        if "?" in base_url or "#" in base_url:
            self._add(("site", "base_url"), "must not have a query or a fragment")
        changes["base_url"] = base_url
        if cleaning.is_blank(site.title):
            self._add(("site", "title"), "must not be blank")
        for key in ("icon", "logo"):
            value = getattr(site, key)
            changes[key] = (self._url(("site", key), value, f"{base_url}/") or "") if value else ""
        if changes["logo"].lower().partition("?")[0].endswith(".svg"):
            self._add(("site", "logo"), "must not be SVG: RSS readers cannot show it")
        changes["id_authority"] = site.id_authority.lower()
        if site.id_authority and not _AUTHORITY.fullmatch(site.id_authority.lower()):
            reason = 'is no name and date of a tag URI (RFC 4151), such as "example.org,2024"'
            self._add(("site", "id_authority"), reason)
        try:
            changes["language"] = languages.normalise(site.language)
        except ValueError as error:
            self._add(("site", "language"), str(error))
        return msgspec.structs.replace(site, **changes)

    def _pictures(self, topics: Mapping[str, TopicTable], folder: str) -> Mapping[str, TopicTable]:
        """Return the topics' tables with the addresses of their pictures made absolute."""
        changed = {}
        for key, table in topics.items():
            changed[key] = checked_in(table, folder, partial(self._add_in, ("topics", key, "images")))
            if table.image:
                try:
                    changed[key] = msgspec.structs.replace(
                        changed[key], image=references.in_front_matter(table.image, folder)
                    )
                except ValueError as error:
                    self._add(("topics", key, "image"), f"{table.image!r} {error}")
        return changed

    def _stand_ins(self, named: Mapping[str, FeedTable], folder: str) -> Mapping[str, FeedTable]:
        return {
            name: checked_in(table, folder, partial(self._add_in, ("feeds", f"[{number}]", "images")))
            for number, (name, table) in enumerate(named.items(), 1)
        }

    def _add_in(self, where: Where, key: str, reason: str) -> None:
        self._add((*where, key), reason)

    def _records(self, records: Records) -> None:
        from feeds.records.dates import named_zone
        from feeds.records.fields import FIELD_NAMES

        if not records.paths:
            self._add(("records", "paths"), "must name at least one folder or glob")
        try:
            named_zone(records.timezone)
        except LookupError:
            reason = f"{records.timezone!r} is no time zone that this computer knows, such as Europe/Berlin"
            self._add(("records", "timezone"), reason)
        self._rendered(records)
        for key, theirs in records.fields.items():
            where = ("records", "fields", key)
            if any(
                name.split(".")[0] == "secured" for name in ((theirs,) if isinstance(theirs, str) else theirs)
            ):
                self._add(where, 'must not be "secured", which never leaves a record')
            if key in FIELD_NAMES:
                continue
            if theirs in FIELD_NAMES:
                self._add(where, f'our name goes to the left: {theirs} = "{key}"')
                continue
            close = difflib.get_close_matches(key, FIELD_NAMES, 1, 0.5)
            hint = f'did you mean "{close[0]}"?' if close else f"known are {', '.join(FIELD_NAMES)}"
            self._add(where, f"is no field of a record; {hint}")

    def _rendered(self, records: Records) -> None:
        from feeds.records.rendered import selector_fault

        if records.rendered and not records.site_url:
            self._add(("records", "rendered"), "needs [records] site_url, which says whose pages these are")
        if not records.rendered_selector:
            return
        where = ("records", "rendered_selector")
        if not records.rendered:
            self._add(where, "needs [records] rendered, the folder of the site's pages")
        if reason := selector_fault(records.rendered_selector):
            self._add(where, f"{records.rendered_selector!r} {reason}")

    def _defaults(self, records: Records) -> None:
        from feeds.records.defaults import is_folder, known_names

        known = known_names(records.fields)
        for key, value in records.defaults.items():
            where = ("records", "defaults", key)
            for name in value if is_folder(key, value, known) else (key,):
                if name not in known:
                    close = difflib.get_close_matches(name, known, 1, 0.5)
                    hint = f'; did you mean "{close[0]}"?' if close else ""
                    self._add(where if name == key else (*where, name), f"is no field of a record{hint}")

    def _pattern(self, key: Literal["permalink", "id"], records: Records) -> None:
        from feeds.records.patterns import PARTS, TELLING

        where, pattern = ("records", key), getattr(records, key)
        if not pattern:
            return
        has = set(re.findall(r"\{(\w*)\}", pattern))
        known = {*PARTS, "url"} if key == "id" else {*PARTS}
        if unknown := has - known:
            *others, last = (f"{{{name}}}" for name in (*PARTS, "url")[: len(known)])
            self._add(where, f"has {{{min(unknown)}}}; its parts are {', '.join(others)} and {last}")
        if has.isdisjoint((*TELLING, "url")):
            shared = "a URL" if key == "permalink" else "an id"
            self._add(where, f"needs {{slug}}, {{title}} or {{id}}, or articles would share {shared}")
        if key == "permalink":
            try:
                urls.absolute(re.sub(r"\{\w+\}", "1", pattern), records.site_url)
            except ValueError as error:
                self._add(where, str(error))

    def _rules(self, where: Where, rules: Rules) -> None:
        try:
            re.compile(rules.title_matches)
        except (re.error, OverflowError, RecursionError) as error:
            reason = f"{rules.title_matches!r} is no regular expression: {error}"
            self._add((*where, "title_matches"), reason)
        if rules.words and not word_search.phrases(rules.words):
            self._add((*where, "words"), f"{rules.words!r} has no word to search for")

    def _aliases(self, config: Config) -> None:
        owners: dict[str, str] = {}
        for key, table in config.topics.items():
            where = ("topics", key, "aliases")
            for alias in map(slug, table.aliases):
                if alias == key or alias in config.topics:
                    self._add(where, f"{alias!r} is a topic of its own")
                elif alias in owners:
                    self._add(where, f"{alias!r} is an alias of {owners[alias]!r}")
                else:
                    owners[alias] = key

    def _parents(self, config: Config) -> None:
        described = {topic.slug: topic for topic in config.described_topics()}
        aliases = {alias: key for key, topic in described.items() for alias in topic.aliases}
        for key, reason in family(described, aliases).faults.items():
            # What is no topic here may be one that a topic file describes or an article names.
            if aliases.get(described[key].parent, described[key].parent) in described:
                self._add(("topics", key, "parent"), reason)

    def _feeds(self, feeds: Feeds) -> None:
        if not formats.feed_formats(formats.by_name(feeds.formats)):
            *others, last = (f'"{format_.name}"' for format_ in formats.feed_formats(formats.FORMATS))
            self._add(("feeds", "formats"), f"must name {', '.join(others)} or {last}")
        elif feeds.archives and "atom" not in feeds.formats:
            reason = (
                'needs "atom" among the formats, because archives are Atom documents that lead to that feed'
            )
            self._add(("feeds", "archives"), reason)
