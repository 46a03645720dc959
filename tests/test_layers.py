"""Imports run one way only: web -> search -> index -> corpus, and inside each from its last room to its first.

Proved from the source itself: every import statement counts, also inside functions and under TYPE_CHECKING. There is no
circle of modules, and none of rooms.
"""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# What each package may import of ours, besides itself. A name means the module and all below it.
MAY_IMPORT = {
    "corpus": (),
    "index": ("corpus",),
    "search": ("index", "corpus.article", "corpus.checkout", "corpus.french"),
    "web": ("search", "corpus.checkout", "corpus.french"),
}
# The rooms of each package, lowest first: a room imports only those before it. What is not named here belongs to
# no room: files at the top of a package, of which any room may import those that import no room above it.
ROOMS = {
    "corpus": ("clean", "dates", "markup", "packed", "sources", "draft", "readers", "walk"),
    "index": ("text", "segment", "invert", "codec", "merge", "commit", "build", "care", "cluster"),
    "search": (
        "leaves", "snippets", "lexicon", "query", "execute", "relax", "counts", "suggest", "cluster", "engines",
    ),
    "web": ("urls", "api", "serving", "pages"),
}  # fmt: skip
# Folders that import the packages and that no package imports.
OURS = {*MAY_IMPORT, "tests", "benchmarks"}


def module_name(file: Path, root: Path) -> str:
    parts = file.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def read_modules(root: Path) -> dict[str, Path]:
    """The modules of our packages under `root`, by dotted name."""
    return {module_name(file, root): file for package in MAY_IMPORT for file in sorted((root / package).rglob("*.py"))}


def bare(name: str) -> str:
    """The name without the namespace: `search.model` for `kiosque.search.model`."""
    return name.removeprefix("kiosque.")


def imported(tree: ast.AST, package: str, modules: dict[str, Path]) -> Iterator[str]:
    """The modules that `tree`, a module of `package`, imports; `from p import m` is p.m where that is a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            origin = ".".join([*above, *filter(None, [node.module])])
            for alias in node.names:
                submodule = f"{origin}.{alias.name}"
                yield submodule if bare(submodule) in modules else origin


def read_imports(root: Path) -> dict[str, set[str]]:
    """For each of our modules, those of ours that it imports."""
    modules = read_modules(root)
    graph = {}
    for name, file in modules.items():
        package = name if file.name == "__init__.py" else name.rpartition(".")[0]
        targets = (bare(target) for target in imported(ast.parse(file.read_bytes()), package, modules))
        graph[name] = {target for target in targets if target.partition(".")[0] in OURS}
    return graph


def forbidden_imports(graph: dict[str, set[str]]) -> list[str]:
    """The imports that MAY_IMPORT does not allow, as "importer -> imported"."""
    found = []
    for name, targets in graph.items():
        package = name.partition(".")[0]
        allowed = (package, *MAY_IMPORT[package])
        found += [
            f"{name} -> {target}"
            for target in sorted(targets)
            if not any(target == prefix or target.startswith(f"{prefix}.") for prefix in allowed)
        ]
    return found


def room_of(name: str) -> str:
    """The room of a module, `index.text` for `index.text.scanner`; for a file at the top of a package, the file."""
    return ".".join(name.split(".")[:2])


def between_rooms(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """For each room, the rooms that its modules import."""
    rooms: dict[str, set[str]] = {}
    for name, targets in graph.items():
        rooms.setdefault(room_of(name), set()).update({room_of(target) for target in targets} - {room_of(name)})
    return rooms


def upward_imports(graph: dict[str, set[str]]) -> list[str]:
    """The imports of a room from one that ROOMS has after it, as "importer -> imported"."""
    height = {f"{package}.{room}": place for package, rooms in ROOMS.items() for place, room in enumerate(rooms)}
    return [
        f"{name} -> {target}"
        for name, targets in graph.items()
        for target in sorted(targets)
        if name.partition(".")[0] == target.partition(".")[0]
        and height.get(room_of(name), len(height)) < height.get(room_of(target), 0)
    ]


def first_circle(graph: dict[str, set[str]]) -> list[str]:
    """The modules of one circle of imports, the first again at the end; empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def test_imports_run_one_way() -> None:
    assert forbidden_imports(read_imports(ROOT)) == []


def test_no_module_imports_itself_through_others() -> None:
    assert first_circle(read_imports(ROOT)) == []


def test_rooms_import_only_the_rooms_below_them() -> None:
    assert upward_imports(read_imports(ROOT)) == []
    assert first_circle(between_rooms(read_imports(ROOT))) == []


def test_every_folder_of_modules_is_listed_in_rooms() -> None:
    rooms = {package: {file.parent.name for file in (ROOT / package).glob("*/*.py")} for package in ROOMS}
    assert rooms == {package: set(names) for package, names in ROOMS.items()}


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_the_import_reader_covers_every_package(package: str) -> None:
    assert package in read_imports(ROOT)


# The checks on made-up packages: they must be able to fail.


def build(root: Path, files: dict[str, str]) -> dict[str, set[str]]:
    house = {f"{package}/__init__.py": "" for package in MAY_IMPORT} | {"corpus/article.py": "", "corpus/walk.py": ""}
    for name, text in (house | files).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return read_imports(root)


def test_allowed_imports_pass(tmp_path: Path) -> None:
    graph = build(
        tmp_path,
        {
            "index/build.py": "import json\nfrom corpus import walk\nfrom . import schema",
            "index/schema.py": "import whoosh.fields",
            "search/model.py": "from corpus.article import Article\nfrom index.schema import SCHEMA",
            "web/app.py": "from search import model",
        },
    )
    assert graph["index.build"] == {"corpus.walk", "index.schema"}
    assert forbidden_imports(graph) == []
    assert first_circle(graph) == []


@pytest.mark.parametrize(
    ("file", "text", "verdict"),
    [
        ("corpus/walk.py", "import index", "corpus.walk -> index"),
        ("corpus/walk.py", "import tests.helpers", "corpus.walk -> tests.helpers"),
        ("index/build.py", "from search import model", "index.build -> search"),
        ("index/build.py", "def late():\n    import web.app", "index.build -> web.app"),
        ("search/query.py", "from corpus.walk import walk", "search.query -> corpus.walk"),
        ("search/query.py", "from corpus import article, walk", "search.query -> corpus.walk"),
        ("search/query.py", "import corpus", "search.query -> corpus"),
        ("web/app.py", "from corpus.article import Article", "web.app -> corpus.article"),
        ("web/__init__.py", "if TYPE_CHECKING:\n    from index import schema", "web -> index"),
    ],
)
def test_a_forbidden_import_is_found(tmp_path: Path, file: str, text: str, verdict: str) -> None:
    assert forbidden_imports(build(tmp_path, {file: text})) == [verdict]


def test_a_circle_is_found(tmp_path: Path) -> None:
    graph = build(
        tmp_path,
        {
            "index/build.py": "from index.schema import FIELDS",
            "index/schema.py": "from .tokens import scan",
            "index/tokens.py": "def late():\n    from . import build",
        },
    )
    circle = first_circle(graph)
    assert circle[0] == circle[-1]
    assert set(circle) == {"index.build", "index.schema", "index.tokens"}


def test_a_module_that_imports_its_own_package_is_a_circle(tmp_path: Path) -> None:
    files = {"search/__init__.py": "from search.engine import open_engine", "search/engine.py": "from search import x"}
    assert set(first_circle(build(tmp_path, files))) == {"search", "search.engine"}


@pytest.mark.parametrize(
    ("file", "text", "verdict"),
    [
        ("index/text/scanner.py", "from kiosque.index.build import watch", "index.text.scanner -> index.build"),
        ("index/text/scanner.py", "import index.segment.arrays", "index.text.scanner -> index.segment.arrays"),
        (
            "search/leaves/forms.py",
            "from kiosque.search.query.lexer import lex",
            "search.leaves.forms -> search.query.lexer",
        ),
    ],
)
def test_an_import_of_a_room_above_is_found(tmp_path: Path, file: str, text: str, verdict: str) -> None:
    assert upward_imports(build(tmp_path, {file: text})) == [verdict]


def test_a_circle_of_rooms_without_a_circle_of_modules_is_found(tmp_path: Path) -> None:
    files = {
        "web/urls/links.py": "from kiosque.web import problems",
        "web/problems.py": "from kiosque.web.urls.params import read",
        "web/urls/params.py": "",
    }
    graph = build(tmp_path, files)
    assert first_circle(graph) == []
    assert set(first_circle(between_rooms(graph))) == {"web.urls", "web.problems"}
