"""The shape of the code: imports go one way, one module knows feedgen, what is public is described."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from project import ROOT

# From the bottom up: a module imports from layers below its own, and from none of its own layer or above,
# unless `SAME_LAYER` says so. I/O and the command line are at the ends; what is between them is pure.
LAYERS: tuple[tuple[str, ...], ...] = (
    (
        "feeds.version",
        "feeds.errors",
        "feeds.text.cleaning",
        "feeds.text.urls",
        "feeds.text.languages",
        "feeds.text.placeholders",
        "feeds.model.topics",
        "feeds.formats.subscribe",
        "feeds.formats.browsers",
        "feeds.text.words",
        "feeds.model.months",
        "feeds.model.spans",
        "feeds.text.excerpt",
    ),
    ("feeds.export.hosts", "feeds.locks", "feeds.text.imagetypes", "feeds.network.addresses"),
    (
        "feeds.model.article",
        "feeds.model.feed",
        "feeds.http.answers",
        "feeds.parallel",
        "feeds.serving.accesslog",
        "feeds.serving.counters",
        "feeds.serving.limits",
        "feeds.serving.cache",
        "feeds.network.client",
        "feeds.index.generation",
        "feeds.serving.leader",
    ),
    ("feeds.publication.archives",),
    ("feeds.records.faults",),
    ("feeds.records.values", "feeds.records.dates", "feeds.records.players"),
    ("feeds.records.plainyaml", "feeds.records.extras", "feeds.records.fields"),
    ("feeds.records.syntax",),
    ("feeds.records.files", "feeds.records.reader"),
    ("feeds.records.topicfiles", "feeds.records.changes"),
    ("feeds.config.tables", "feeds.config.faults", "feeds.config.values"),
    ("feeds.config.checks",),
    ("feeds.config.reading",),
    ("feeds.config.source",),
    ("feeds.config",),
    ("feeds.selection.rules", "feeds.publication.content", "feeds.index.tables", "feeds.selection.named"),
    (
        "feeds.publication.assembly",
        "feeds.index.statements",
        "feeds.index.images",
        "feeds.index.announcements",
    ),
    ("feeds.index.search",),
    ("feeds.formats", *(f"feeds.formats.{name}" for name in ("json_feed", "opml", "page", "rss_atom"))),
    ("feeds.index.index",),
    ("feeds.selection.placing", "feeds.publication.histories", "feeds.commands.lookup"),
    ("feeds.questions.question",),
    ("feeds.questions.answer",),
    ("feeds.pipeline.sync", "feeds.publication.publication", "feeds.publication.addresses"),
    ("feeds.export.derived",),
    ("feeds.export.site",),
    ("feeds.pipeline.build", "feeds.pipeline.follow"),
    ("feeds.serving.editions", "feeds.serving.queries"),
    (
        "feeds.commands.check",
        "feeds.commands.explain",
        "feeds.commands.listing",
        "feeds.serving.prepared",
        "feeds.serving.metrics",
        "feeds.commands.probe",
        "feeds.commands.starter",
        "feeds.push.websub",
    ),
    ("feeds.serving.middleware", "feeds.push.background"),
    ("feeds.serving.live", "feeds.commands.watch"),
    (
        "feeds.records",
        "feeds.selection",
        "feeds.index",
        "feeds.network",
        "feeds.model",
        "feeds.text",
        "feeds",
    ),
    ("feeds.application",),
    ("server",),
    ("feeds.cli",),
    ("feeds.__main__",),
)
# The table of formats and the formats it lists know each other; nothing else does.
SAME_LAYER = {
    ("feeds.formats", "feeds.formats.json_feed"),
    ("feeds.formats", "feeds.formats.page"),
    ("feeds.formats", "feeds.formats.rss_atom"),
    ("feeds.formats.opml", "feeds.formats"),
    ("feeds.formats.page", "feeds.formats"),
}
LEVEL = {module: level for level, layer in enumerate(LAYERS) for module in layer}
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


def test_every_module_has_its_layer() -> None:
    """The table above is complete and names nothing that is no more."""
    assert set(MODULES) == set(LEVEL)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_go_one_way(module: str) -> None:
    """Down the table, never up, and not between siblings."""
    for other in _imports(module) & LEVEL.keys():
        if (module, other) not in SAME_LAYER:
            assert LEVEL[other] < LEVEL[module], f"{module} imports {other}"


@pytest.mark.parametrize(
    ("module", "never"),
    [
        (
            "feeds.formats",
            (
                "feeds.index.index",
                "feeds.config",
                "feeds.records",
                "feeds.model.article",
                "sqlalchemy",
                "flask",
            ),
        ),
        (
            "feeds.records",
            ("feeds.formats", "feeds.index.index", "feeds.config", "feeds.publication.publication"),
        ),
        ("feeds.model.feed", ("lxml", "feedgen", "flask", "jinja2", "sqlalchemy")),
        ("feeds.model.article", ("feeds.config",)),
        (
            "feeds.publication.assembly",
            ("lxml", "feedgen", "flask", "sqlalchemy", "time", "os", "pathlib.Path"),
        ),
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
                "feeds.index.index",
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
        ("flask", {"server", "feeds.application"}),
        ("granian", {"server"}),
        (
            "sqlalchemy",
            {
                "feeds.index.announcements",
                "feeds.index.images",
                "feeds.index.index",
                "feeds.index.statements",
                "feeds.index.search",
                "feeds.index.tables",
            },
        ),
        ("aiohttp", {"feeds.network.client"}),
        ("jinja2", {"feeds.formats.page"}),
        ("nh3", {"feeds.publication.content"}),
        ("markdown_it", {"feeds.publication.content"}),
        ("click", {"feeds.cli"}),
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


@pytest.mark.parametrize("module", sorted(MODULES))
def test_no_clock_in_what_is_pure(module: str) -> None:
    """The present is asked for at the ends, and handed on as an argument."""
    ends = {
        "feeds.pipeline.build",
        "feeds.pipeline.sync",
        "feeds.serving.prepared",
        "feeds.commands.starter",
        "feeds.cli",
        "server",
    }
    if module in ends:
        return
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            assert node.attr not in {"now", "utcnow", "today", "time_ns", "localtime"}, (module, node.lineno)


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
