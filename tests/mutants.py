"""`make mutants`: puts one fault at a time into a rule that matters. The tests named with the fault must fail.

The tests run in a copy of the checkout. A fault that no test catches survives, and the exit code is 1.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[1]
FOLDERS: Final = ("corpus", "index", "search", "web")
PARTS: Final = (*FOLDERS, "tests", "benchmarks", "docs", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Makefile",
                "pyproject.toml", "requirements.lock", "requirements-dev.lock")  # fmt: skip
SECONDS: Final = 240
"""Of processor time. A fault may cause an endless loop; compiling a changed kernel takes up to a minute."""


class Mutant(NamedTuple):
    """A fault: the file, the line, its replacement, and the tests that must fail."""

    file: str
    right: str
    wrong: str
    tests: str


MUTANTS: Final = [
    # ranking and order
    Mutant("search/execute/executor.py", "key=lambda match: snapshot.article(match.document).id",
           "key=lambda match: 0", "tests/search/test_search_engine.py -k ties"),
    Mutant("search/execute/kernels.py", "-np.int64(id_rank[number])", "np.int64(id_rank[number])",
           "tests/search/test_search_engine.py -k ties"),
    Mutant("search/execute/kernels.py", "return weight * tf / (tf + norm)", "return weight * tf / (tf - norm)",
           "tests/search/test_search_oracle.py"),
    Mutant("search/execute/kernels.py", "if docs[middle] < wanted:", "if docs[middle] <= wanted:",
           "tests/search/test_search_reference.py"),
    Mutant("search/leaves/filters.py", "found &= values.first <= until", "found &= values.first < until",
           "tests/search/test_search_reference.py tests/search/test_search_dates.py"),
    Mutant("search/leaves/filters.py", "found &= values.last >= since", "found &= values.first >= since",
           "tests/search/test_search_reference.py tests/search/test_search_dates.py"),
    # did you mean
    Mutant("search/relax/spelling.py", "-one.articles, one.form", "one.articles, one.form",
           "tests/search/test_search_spelling.py"),
    Mutant("search/relax/spelling.py", "one[1] * RARE <= vocabulary", "one[1] * RARE < vocabulary",
           "tests/search/test_search_spelling.py"),
    Mutant("search/relax/spelling.py", "articles * COMMONER", "articles + COMMONER",
           "tests/search/test_search_spelling.py"),
    # marks and snippets
    Mutant("search/snippets/marks.py", "and cover.what != kept[-1].what", "and False",
           "tests/search/test_search_marks.py"),
    Mutant("search/snippets/marks.py", "cover.first > kept[-1].last:", "cover.first >= kept[-1].last:",
           "tests/search/test_search_marks.py"),
    Mutant("search/snippets/marks.py", "<= slop]\n    taking", "< slop]\n    taking",
           "tests/search/test_search_marks.py"),
    Mutant("search/snippets/snippet.py", '" " if passage.follows else " … "', '" "',
           "tests/search/test_search_snippets.py"),
    Mutant("search/engines/hits.py", "[False, *(not str(data[one[1] : other[0]], \"utf-8\").strip()",
           "[False, *(True", "tests/search/test_search_engine.py -k distant_passages"),
    Mutant("search/snippets/snippet.py", """.replace("'", "&#39;")""", "", "tests/search/test_search_snippets.py"),
    Mutant("search/snippets/snippet.py", '.replace("<", "&lt;")', "", "tests/search/test_search_snippets.py"),
    # learned boilerplate
    Mutant("corpus/walk/learned_boilerplate.py", "count >= FEWEST", "count > FEWEST",
           "tests/corpus/test_corpus_learning.py"),
    Mutant("corpus/walk/learned_boilerplate.py", "count > SHARE", "count >= SHARE",
           "tests/corpus/test_corpus_learning.py"),
    Mutant("corpus/walk/learned_boilerplate.py", "count > SHARE * articles[source]", "count > SHARE",
           "tests/corpus/test_corpus_learning.py"),
    # integrity of an index
    Mutant("index/build/sync.py", "open_segment(directory, part.segment_id()).check(everything=True)", "pass",
           "tests/index/test_index_sync.py -k damaged_segment"),
    Mutant("index/merge/merge_segments.py", "    _check(documents.sources)\n", "",
           "tests/index/test_index_merge.py -k refused"),
    Mutant("index/merge/merge_segments.py", "    _check_size(kept_counts)\n", "",
           "tests/index/test_index_merge.py -k refused"),
    Mutant("index/commit/table_of_contents.py", "        zlib.crc32(data[: -CHECKSUM.size]),\n",
           "        CHECKSUM.unpack(data[-CHECKSUM.size :])[1],\n",
           "tests/crash/test_crash_table_of_contents.py"),
    # the web
    Mutant("web/pages/article_page.py", '(self.article.url or "").startswith(WEB)', "bool(self.article.url)",
           "tests/web/test_web_injection.py tests/web/test_web_pages.py"),
    Mutant("web/serving/limits.py", "raise UnknownHostError", "return", "tests/web/test_web_hosts.py"),
]  # fmt: skip


@contextmanager
def copied() -> Iterator[Path]:
    """A copy of the checkout with its compiled kernels, whose four folders are imported as those of `kiosque`."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        home = Path(name)
        for part in PARTS:
            copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy2
            copy(ROOT / part, home / part)
        (home / "var/names/kiosque").mkdir(parents=True)
        for folder in FOLDERS:
            (home / "var/names/kiosque" / folder).symlink_to(home / folder)
        yield home


def passes(home: Path, tests: str) -> bool:
    """Whether the tests pass in a copy. A run that takes too long does not."""
    options = ["-qx", "-p", "no:cacheprovider", "-W", "error", "--no-header", "--hypothesis-seed=1"]
    command = [sys.executable, "-m", "pytest", *options, *shlex.split(tests)]
    environment = {**os.environ, "PYTHONPATH": str(home / "var/names"), "PYTHONDONTWRITEBYTECODE": "1"}
    limited = ["bash", "-c", f'ulimit -t {SECONDS}; exec "$@"', "-", *command]
    done = subprocess.run(limited, cwd=home, env=environment, capture_output=True, check=False)
    # Below 0 a signal ended it, out of time. Above 1 is no verdict: no tests, a wrong option.
    assert done.returncode <= 1, done.stdout.decode()
    return done.returncode == 0


def survives(home: Path, mutant: Mutant) -> bool:
    """Whether the tests of a fault pass although it is there."""
    path = home / mutant.file
    before, text = path.stat(), path.read_text("utf-8")
    path.write_text(text.replace(mutant.right, mutant.wrong), "utf-8")
    try:
        return passes(home, mutant.tests)
    finally:
        path.write_text(text, "utf-8")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # Numba goes by it: the kept kernels fit again


def main(only: str = "") -> int:
    """Tries every fault whose file or line has `only`; prints each survivor and the sum."""
    chosen = [mutant for mutant in MUTANTS if only in mutant.file + mutant.right]
    with copied() as home:
        survivors, sound = [], set[str]()
        for mutant in chosen:
            survived = survives(home, mutant)
            if not survived and mutant.tests not in sound:
                assert passes(home, mutant.tests), f"fails without any fault: pytest {mutant.tests}"
                sound.add(mutant.tests)
            print("SURVIVED" if survived else "killed  ", mutant.file, "|", mutant.right.strip(), flush=True)
            survivors += [mutant] * survived
    print(f"{len(chosen)} tried, {len(chosen) - len(survivors)} killed, {len(survivors)} survived")
    return bool(survivors)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
