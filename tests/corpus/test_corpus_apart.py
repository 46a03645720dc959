"""Reading in a process apart: limits of time and memory, deaths, and nothing lost beside the file that is to blame."""

from __future__ import annotations

import io
import os
import signal
import tarfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.corpus import budget
from kiosque.corpus.article import Article
from kiosque.corpus.location import Location
from kiosque.corpus.readers import formats
from kiosque.corpus.refusal import Refusal
from kiosque.corpus.settings import NONE
from kiosque.corpus.walk import apart, parts
from kiosque.corpus.walk.apart import Readers, read_apart
from kiosque.corpus.walk.read_corpus import cut_corpus, read_part
from tests.corpus.expand_duplicates import read_corpus

MakeCorpus = Callable[[dict[str, str | bytes]], Path]
Item = Article | Refusal

pytestmark = pytest.mark.skipif(not apart.can_fork, reason="the system cannot fork")

GOOD = "Le pont rouvre\n\nIl a rouvert ce matin.\n"
HASTY = "[reading]\nseconds = 0.2\n"


@pytest.fixture(autouse=True)
def reading_is_done_apart(monkeypatch: pytest.MonkeyPatch, reading_is_done_here: None) -> None:
    monkeypatch.setattr(parts, "can_fork", True)


def loop() -> None:
    while True:
        pass


def swallow() -> None:
    """Loops in a library that catches whatever is raised."""
    while True:
        try:
            loop()
        except Exception:
            continue


def fill() -> None:
    held = []
    while True:
        held.append(bytearray(2**20))


def crash() -> None:
    os.kill(os.getpid(), signal.SIGKILL)  # as the system does where memory runs out


def leave() -> None:
    os._exit(0)


def break_off() -> None:
    raise OSError("gone")


def article(number: int) -> Article:
    return Article(id=f"{number}", title="Le pont", body=f"Il rouvre {number}.", source=None)


def read_with(monkeypatch: pytest.MonkeyPatch, fault: Callable[[], None], before: int = 2) -> None:
    """Makes .md a format whose files give some articles, and then do this."""

    def read(location: Location) -> Iterator[Item]:
        yield from map(article, range(before))
        fault()
        yield article(before)

    monkeypatch.setitem(formats.READERS, ".md", read)


def shown(items: Iterator[Item]) -> list[str]:
    """Articles by their identifiers, refusals by the name of their file and the beginning of their reason."""
    return [
        item.id if isinstance(item, Article) else f"{Path(item.path).name}: {' '.join(item.reason.split()[:4])}"
        for item in items
    ]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (loop, "se lit en plus"),
        (swallow, "se lit en plus"),
        (fill, "prend plus de 64"),
        (crash, "fait échouer son lecteur,"),
        (leave, "fait échouer son lecteur,"),
        (break_off, "illisible (gone)"),
    ],
)
def test_a_fault_of_one_file_costs_what_is_left_of_it_alone(
    make_corpus: MakeCorpus, monkeypatch: pytest.MonkeyPatch, fault: Callable[[], None], reason: str
) -> None:
    root = make_corpus({"a.txt": GOOD, "m.md": "x", "z.txt": GOOD, "kiosque.toml": f"{HASTY}memory = 64\n"})
    read_with(monkeypatch, fault)
    assert shown(read_corpus([root])) == ["a", "0", "1", f"m.md: {reason}", "z"]


@pytest.mark.parametrize("before", [0, 1, apart.MOST_SENT - 1, apart.MOST_SENT, 3 * apart.MOST_SENT + 5])
def test_articles_before_a_crash_are_kept_however_many(
    make_corpus: MakeCorpus, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    root = make_corpus({"a.txt": GOOD, "m.md": "x", "n.md": "x", "z.txt": GOOD})
    read_with(monkeypatch, crash, before)
    read = [*map(str, range(before))]
    again = [f"{number}~2" for number in read]  # identifiers are unique over the run
    refusal = "md: fait échouer son lecteur,"
    assert shown(read_corpus([root])) == ["a", *read, f"m.{refusal}", *again, f"n.{refusal}", "z"]


def test_what_never_looks_at_signals_is_ended_with_its_process(
    make_corpus: MakeCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deaf() -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGPROF])
        loop()

    read_with(monkeypatch, deaf)
    root = make_corpus({"a.txt": GOOD, "m.md": "x", "z.txt": GOOD, "kiosque.toml": HASTY})
    assert shown(read_corpus([root])) == ["a", "0", "1", "m.md: se lit en plus", "z"]


def test_a_file_that_gives_articles_for_ever_is_ended_too(
    make_corpus: MakeCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(location: Location) -> Iterator[Item]:
        while True:
            yield article(sum(range(50_000)))

    monkeypatch.setitem(formats.READERS, ".md", read)
    root = make_corpus({"a.txt": GOOD, "m.md": "x", "z.txt": GOOD, "kiosque.toml": HASTY})
    first, *_, refused, last = shown(read_corpus([root]))
    assert (first, refused, last) == ("a", "m.md: se lit en plus", "z")


def test_a_slow_member_of_an_archive_costs_itself(make_corpus: MakeCorpus, monkeypatch: pytest.MonkeyPatch) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name in ("a.txt", "m.md", "z.txt"):
            member = tarfile.TarInfo(name)
            member.size = len(GOOD.encode())
            archive.addfile(member, io.BytesIO(GOOD.encode()))
    read_with(monkeypatch, loop, before=0)
    root = make_corpus({"b.tar": made.getvalue(), "z.txt": GOOD, "kiosque.toml": f"{HASTY}"})
    assert shown(read_corpus([root]))[:2] == ["b/a", "m.md: se lit en plus"]


def test_reading_apart_gives_what_reading_here_gives(make_corpus: MakeCorpus, monkeypatch: pytest.MonkeyPatch) -> None:
    page = f"<html><head><title>Le bac ferme</title></head><body><p>{'Il ferme ce soir. ' * 20}</p></body></html>"
    files: dict[str, str | bytes] = {f"{number:03}.txt": GOOD for number in range(300)}
    files |= {
        "p/a.html": page,
        "t.csv": "titre;texte\n" + "Le pont;Il rouvre.\n" * 150,
        "v.txt": "",
        "l.jsonl": '{"title": "a", "body": "b"}\n[]\n',
    }
    root = make_corpus(files)
    there = list(read_corpus([root]))
    monkeypatch.setattr(parts, "can_fork", False)
    assert there == list(read_corpus([root]))
    assert len(there) == 454


def test_two_readings_at_a_time_and_one_that_is_left(make_corpus: MakeCorpus) -> None:
    root = make_corpus({f"{number:03}.csv": "titre;texte\n" + "Le pont;Il rouvre.\n" * 150 for number in range(3)})
    one, other, left = (read_corpus([root]) for _ in range(3))
    assert list(islice(left, 1))
    del left
    assert list(zip(one, other, strict=True))
    assert len(list(read_corpus([root]))) == 450


def test_a_part_is_read_by_whoever_is_forked(make_corpus: MakeCorpus) -> None:
    [part] = cut_corpus([make_corpus({"a.txt": GOOD, "b.txt": GOOD})])
    assert len(list(read_part(part))) == 2
    pid = os.fork()
    if pid == 0:
        os._exit(0 if len(list(read_part(part))) == 2 else 1)
    assert os.waitpid(pid, 0)[1] == 0
    assert len(list(read_part(part))) == 2, "the process of this one still answers"


def numbered(entry: tuple[int, int | None]) -> Iterator[Item]:
    """As many items as the entry says, and a crash before the item of that number."""
    count, fatal = entry
    for number in range(count):
        if number == fatal:
            crash()
        yield article(number) if number % 3 else Refusal("x", f"{number}")


def lost(entry: tuple[int, int | None], number: int) -> Refusal:
    return Refusal("lost", f"{number}")


@given(st.lists(st.tuples(st.integers(0, 150), st.none() | st.integers(0, 150)), max_size=5))
def test_items_come_in_order_whatever_dies(entries: list[tuple[int, int | None]]) -> None:
    wanted: list[Item] = []
    for count, fatal in entries:
        dies = fatal is not None and fatal < count
        wanted += numbered((fatal if dies and fatal is not None else count, None))
        wanted += [lost((0, 0), signal.SIGKILL)] if dies else []
    assert list(read_apart(entries, Readers(numbered, lost))) == wanted
    apart.end_all()


SMALL = {
    "m.md": b"# Le pont\n\nIl rouvre.\n\n" + b"{{" * 50_000,
    "j.md": b"# Le pont\n\nIl rouvre.\n\n" + b"{%" * 50_000,
    "c.md": b"# Le pont\n\nIl rouvre.\n\n" + b"<!--" * 50_000,
    "t.csv": "titre;texte\n{};".format("a" * 7_000_000).encode("utf-16"),
    "f.txt": GOOD.encode() + b"\f" * 15_000_000,
}
"""Files that took more than the time they may take, for the square of something in them."""


@pytest.mark.parametrize("name", SMALL)
def test_small_files_take_no_square_of_time(make_corpus: MakeCorpus, name: str) -> None:
    [item] = read_corpus([make_corpus({name: SMALL[name]})])
    assert isinstance(item, Article), item


def test_time_and_memory_grow_with_the_file() -> None:
    settings = NONE
    small, large = (budget.Limits.of(settings, size) for size in (1000, 10 * 2**20))
    assert small.ticks == budget.TICKS and large.ticks == 11 * budget.TICKS
    assert large.memory - small.memory == 10 * 8 * 2**20
