"""Imports run one way only (web -> search -> index -> corpus) and never in a circle.

Proved from the source itself: every import statement counts, also inside functions and under TYPE_CHECKING.
"""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# What each package may import of ours, besides itself. A name stands for the module and all below it.
MAY_IMPORT = {
    "corpus": (),
    "index": ("corpus",),
    "search": ("index", "corpus.article"),
    "web": ("search",),
}
# Folders that import the packages and are imported by none of them.
OURS = {*MAY_IMPORT, "tests", "benchmarks"}


def module_name(file: Path, root: Path) -> str:
    parts = file.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def read_modules(root: Path) -> dict[str, Path]:
    """The modules of our packages under `root`, by dotted name."""
    return {module_name(file, root): file for package in MAY_IMPORT for file in sorted((root / package).rglob("*.py"))}


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
                yield submodule if submodule in modules else origin


def read_imports(root: Path) -> dict[str, set[str]]:
    """For each of our modules, those of ours that it imports."""
    modules = read_modules(root)
    graph = {}
    for name, file in modules.items():
        package = name if file.name == "__init__.py" else name.rpartition(".")[0]
        targets = imported(ast.parse(file.read_bytes()), package, modules)
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


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_the_proof_reads_every_package(package: str) -> None:
    assert package in read_imports(ROOT)


# The proof itself, on a made-up house: it must be able to fail.


def build(root: Path, files: dict[str, str]) -> dict[str, set[str]]:
    house = {f"{package}/__init__.py": "" for package in MAY_IMPORT} | {"corpus/article.py": "", "corpus/walk.py": ""}
    for name, text in (house | files).items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return read_imports(root)


def test_a_clean_house_passes(tmp_path: Path) -> None:
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
def test_an_import_the_wrong_way_is_found(tmp_path: Path, file: str, text: str, verdict: str) -> None:
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
