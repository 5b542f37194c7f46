"""The shape of the code: imports go one way, one module knows feedgen, what is public is described."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from project import ROOT

from feeds.model import paths

# From the bottom up: a folder of feeds/, or a module beside them → the folders that it may import from. Each
# stands above all that it may import, so that no way leads back. docs/architecture.md shows the same table.
ROOMS: dict[str, str] = {
    "version": "",
    "errors": "",
    "parallel": "",
    "locks": "errors",
    "text": "",
    "model": "",
    "network": "text",
    "bodies": "errors text",
    "records": "bodies errors model text",
    "formats": "model text",
    "http": "formats",
    "index": "errors model text",
    "config": "errors formats model network records text",
    "sites": "config errors records",
    "selection": "config errors model text",
    "push": "config errors index network text version",
    "publication": "bodies config errors formats index model parallel selection text",
    "questions": "config errors index model publication records text",
    "export": "errors formats http index model publication",
    "pipeline": "config errors export index model parallel publication records selection text",
    "application": "config errors",
    "api": "application config errors index pipeline publication",
    "feeds": "api config errors model version",
    "serving": "config errors export formats http index locks model parallel pipeline publication push "
    "questions",
    "commands": "application config errors export formats index model network pipeline publication push "
    "records selection serving sites text version",
    "server": "application config errors http model publication questions serving",
    "cli": "commands config errors pipeline version",
    "__main__": "cli",
}
# The table of formats and the formats it lists know each other; no other modules do.
CIRCLES = {
    frozenset(("feeds.formats", f"feeds.formats.{name}")) for name in ("json_feed", "page", "rss_atom")
}
FILES = sorted([*(ROOT / "feeds").rglob("*.py"), ROOT / "server.py"])


def _module(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {_module(file): file for file in FILES}


def _package(module: str) -> list[str]:
    parts = module.split(".")
    return parts if MODULES[module].name == "__init__.py" else parts[:-1]


def _imports(module: str) -> set[str]:
    """Return every module that a module names in an import, whether at its top or inside a function."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = _package(module)
            base = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*base, *filter(None, [node.module])])
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                found.add(inner if inner in MODULES else source)
    return found


def _room(module: str) -> str:
    return module.split(".")[1] if "." in module else module


def test_the_table_is_a_ladder() -> None:
    """Each room stands above those that it may import."""
    passed: set[str] = set()
    for room, allowed in ROOMS.items():
        assert set(allowed.split()) <= passed, room
        passed.add(room)


def test_every_module_is_in_a_room() -> None:
    """The table is complete and names nothing that is no more."""
    assert {_room(module) for module in MODULES} == set(ROOMS)


def test_every_room_uses_what_it_may() -> None:
    """What a room does not import any more goes from its row."""
    used = {room: {_room(other) for m in MODULES if _room(m) == room for other in _ours(m)} for room in ROOMS}
    for room, allowed in ROOMS.items():
        assert set(allowed.split()) <= used[room], room


def _ours(module: str) -> set[str]:
    return _imports(module) & MODULES.keys()


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_go_one_way(module: str) -> None:
    """From a room to those below it, as the table says."""
    room = _room(module)
    for other in _ours(module):
        if _room(other) != room:
            assert _room(other) in ROOMS[room].split(), f"{module} imports {other}"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_no_module_imports_itself_by_a_way_round(module: str) -> None:
    """Inside a room there is no circle either."""
    seen: set[str] = set()
    waiting = [other for other in _ours(module) if frozenset((module, other)) not in CIRCLES]
    while waiting:
        one = waiting.pop()
        assert one != module, f"{module} imports itself by way of {sorted(seen)}"
        if one not in seen:
            seen.add(one)
            waiting += [other for other in _ours(one) if frozenset((one, other)) not in CIRCLES]


def test_tests_are_grouped_like_what_they_test() -> None:
    """Whoever changes a folder finds its tests by its name."""
    folders = {
        file.parent.relative_to(ROOT / "tests").as_posix() for file in (ROOT / "tests").rglob("test_*.py")
    }
    assert folders - {"whole"} <= {room for room in ROOMS if (ROOT / "feeds" / room).is_dir()}


def test_architecture_shows_the_table() -> None:
    """What may import what is read there and tested here."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = page.partition("\n## Rooms\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(?:feeds/)?([\w.]+)/?` \| ([^|]*) \|", table, re.M)
    shown = {name.removesuffix(".py"): allowed.split() for name, allowed in rows}
    shown["feeds"] = shown.pop("__init__")
    assert {room: sorted(allowed) for room, allowed in shown.items()} == {
        room: sorted(allowed.split()) for room, allowed in ROOMS.items()
    }


@pytest.mark.parametrize(
    ("module", "never"),
    [
        (
            "feeds.formats",
            (
                "feeds.index",
                "feeds.config",
                "feeds.records",
                "feeds.model.article",
                "sqlalchemy",
                "flask",
            ),
        ),
        (
            "feeds.records",
            ("feeds.formats", "feeds.index", "feeds.config", "feeds.publication"),
        ),
        ("feeds.model.feed", ("lxml", "feedgen", "flask", "jinja2", "sqlalchemy")),
        ("feeds.model.article", ("feeds.config",)),
        (
            "feeds.publication.assembly",
            ("lxml", "feedgen", "flask", "sqlalchemy", "time", "os", "pathlib.Path"),
        ),
        ("feeds.index.index", ("sqlalchemy", "feeds.index.connection", "feeds.index.tables")),
        ("feeds.index.protocols", ("sqlalchemy", "feeds.index.connection", "feeds.index.tables")),
        ("feeds.selection.rules", ("time", "os", "sqlalchemy", "flask")),
        ("feeds.publication.publication", ("flask", "time", "pathlib", "sqlalchemy")),
        (
            "server",
            (
                "feedgen",
                "lxml",
                "sqlalchemy",
                "feeds.publication.assembly",
                "feeds.selection.rules",
                "feeds.index",
            ),
        ),
    ],
)
def test_some_things_never_meet(module: str, never: tuple[str, ...]) -> None:
    """What must stay apart, by name: a package means all of its modules."""
    members = [name for name in MODULES if name == module or name.startswith(f"{module}.")]
    assert members
    for member in members:
        for name in _imports(member):
            for forbidden in never:
                assert name != forbidden and not name.startswith(f"{forbidden}."), f"{member} imports {name}"


@pytest.mark.parametrize(
    ("library", "users"),
    [
        ("feedgen", {"feeds.formats.rss_atom"}),
        ("flask", {"server", "feeds.api", "feeds.application"}),
        ("granian", {"server"}),
        (
            "sqlalchemy",
            {
                "feeds.index.announcements",
                "feeds.index.connection",
                "feeds.index.documents",
                "feeds.index.facts",
                "feeds.index.images",
                "feeds.index.losses",
                "feeds.index.members",
                "feeds.index.opening",
                "feeds.index.records",
                "feeds.index.search",
                "feeds.index.statements",
                "feeds.index.tables",
                "feeds.index.tally",
            },
        ),
        ("aiohttp", {"feeds.network.client"}),
        ("jinja2", {"feeds.formats.page"}),
        ("nh3", {"feeds.bodies.sanitising"}),
        ("markdown_it", {"feeds.bodies.markdown"}),
        ("click", {"feeds.cli", "feeds.commands.asking", "feeds.commands.printing"}),
        ("ada_url", {"feeds.text.urls"}),
        ("prometheus_client", {"feeds.serving.metrics"}),
    ],
)
def test_a_library_is_known_to_one_place(library: str, users: set[str]) -> None:
    """So that it can be replaced in one place."""
    found = {
        module
        for module in MODULES
        if any(name == library or name.startswith(f"{library}.") for name in _imports(module))
    }
    assert found == users


# What other rooms may import of the index; all else in it is about SQLite.
OF_ANY_DATABASE = {f"feeds.index.{name}" for name in ("generation", "index", "opening", "protocols", "rows")}


def test_the_database_is_known_to_the_index_alone() -> None:
    """So that another one is another implementation of its protocols, and nobody else changes."""
    for module in MODULES:
        if _room(module) != "index":
            of_index = {name for name in _ours(module) if _room(name) == "index"}
            assert of_index <= OF_ANY_DATABASE, module


# Where the present is asked for, and handed on from; elsewhere it is an argument.
CLOCKS = {
    "server",
    "feeds.commands.starter",
    "feeds.commands.watch",
    "feeds.pipeline.build",
    "feeds.pipeline.sync",
    "feeds.serving.accesslog",
    "feeds.serving.live",
    "feeds.serving.prepared",
}
_OF_DATES = {"now", "utcnow", "today"}
_OF_TIME = {"time", "time_ns", "localtime", "gmtime", "ctime", "strftime", "asctime", "clock_gettime"}


def _asks_a_clock(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        of_time = isinstance(node.value, ast.Name) and node.value.id == "time"
        return node.attr in _OF_DATES or (of_time and node.attr in _OF_TIME)
    # Names of its own would hide where they come from.
    return isinstance(node, ast.ImportFrom) and node.module == "time" and not node.level


@pytest.mark.parametrize("module", sorted(MODULES))
def test_no_clock_in_what_is_pure(module: str) -> None:
    """The present is asked for at the ends, and handed on as an argument."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    found = [node for node in ast.walk(tree) if _asks_a_clock(node)]
    assert bool(found) == (module in CLOCKS), [ast.unparse(node) for node in found]


@pytest.mark.parametrize("module", sorted(MODULES))
def test_everything_public_is_described(module: str) -> None:
    """Every module, public class, function and method has a docstring."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    if module != "feeds.__main__" or tree.body:
        assert ast.get_docstring(tree), module
    for owner in [tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))]:
        if isinstance(owner, ast.ClassDef) and owner.name.startswith("_"):
            continue
        for node in owner.body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
                overrides = any(
                    isinstance(name, ast.Name) and name.id == "override" for name in node.decorator_list
                )
                assert overrides or ast.get_docstring(node), f"{module}.{node.name} (line {node.lineno})"


_SAID = [value for name, value in vars(paths).items() if name.isupper()]
SPELLED = [
    *(value for value in _SAID if isinstance(value, str) and value.startswith("/")),
    *(path for values in _SAID if isinstance(values, dict) for path in values),
    f"/{paths.ALL}",
]
# A path of the publication, or the part of one: after a slash, one of the names; or a folder before one.
_PATH_NAMES = "|".join(
    re.escape(path.strip("/")) for path in sorted(SPELLED, key=len, reverse=True) if path.strip("/")
)
_PATH = re.compile(rf"(?<![\w.\-/])(?:/(?:{_PATH_NAMES})(?![\w\-])|/?(?:topics|feeds|archive|assets)/)")


@pytest.mark.parametrize("module", sorted(MODULES.keys() - {"feeds.model.paths"}))
def test_paths_are_spelled_in_one_module(module: str) -> None:
    """Whoever wants a document, or has to name one, asks `feeds.model.paths` where it is."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    described = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described:
            assert not _PATH.search(node.value), f"{module}, line {node.lineno}: {node.value!r}"
