"""A result as Markdown. Every ratio says how many times what Kiosque needs: above 1, Kiosque needs less."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from benchmarks.child import Opened
from benchmarks.result import PERCENTS, Measured, Result
from benchmarks.targets import compared

NOTHING = "–"
MOST_FAULTS = 5


def markdown(result: Result) -> str:
    """The whole report."""
    parts = (
        ("Corpus and machine", _bullets(_circumstances(result))),
        ("Build", BUILD_NOTE + "\n\n" + _table(BUILD_HEAD, _build_rows(result))),
        ("Opening and rest", _table(OPEN_HEAD, _open_rows(result)) + _first_use(result)),
        ("Pages", PAGE_NOTE + "\n\n" + _table(_page_head(), _page_rows(result)) + _agreement(result)),
        ("Targets", _table(("target", "wanted", "measured", ""), _target_rows(result))),
        ("What differs in function", _bullets(_differences(result))),
        ("Warnings", _bullets(_warnings(result))),
    )
    return "\n".join(f"## {title}\n\n{text}\n" for title, text in parts if text)


BUILD_NOTE = (
    "From JSON lines on disk to a committed index, one program each. × is how many times what Kiosque needs for an "
    "article. Memory is the peak of all its processes together; “own” leaves out pages of mapped files."
)
BUILD_HEAD = (
    "engine",
    "articles",
    "s",
    "articles/s",
    "×",
    "memory MB",
    "own MB",
    "×",
    "index MB",
    "bytes/article",
    "×",
)
OPEN_HEAD = ("engine", "open ms", "first page ms", "resident MB at rest", "of it own MB")
PAGE_NOTE = (
    "Milliseconds: parse, top 10, exact total, both facets, 10 snippets; of each query the median of its repeats, then "
    "percentiles over the queries of a class. × is the peer's time over Kiosque's. “found” is the median of the peer's "
    "total over Kiosque's."
)


def _circumstances(result: Result) -> Iterator[str]:
    corpus, here = result.corpus, result.machine
    yield f"`{result.command}`, {here.day}, {result.seconds:.0f} s in all"
    size = f"{corpus.articles:,} articles, {corpus.megabytes:,.1f} MB, {corpus.mean_length:,.0f} characters a text"
    yield f"{size} on average: {corpus.origin}"
    yield f"{here.processor}, {here.cores} cores used, {here.memory_gb:.0f} GB, {here.system}, Python {here.python}"
    yield f"load before the run: {here.load:.2f}"
    for name, engine in result.engines.items():
        yield f"{name}: " + ("; ".join(filter(None, (engine.version, engine.index))) or "not run")


def _build_rows(result: Result) -> Iterator[Sequence[str]]:
    base = result.engines["kiosque"].built if "kiosque" in result.engines else None
    for name, engine in result.engines.items():
        if built := engine.built:
            each = built.megabytes / built.articles
            yield (
                _name(name, engine), f"{built.articles:,}", f"{built.seconds:.1f}", f"{built.speed:,.0f}",
                _times(base.speed if base else None, built.speed), f"{built.memory.resident:,.0f}",
                f"{built.memory.anonymous:,.0f}", _times(built.memory.resident, base.memory.resident if base else None),
                f"{built.megabytes:,.1f}", f"{each * 1e6:,.0f}",
                _times(each, base.megabytes / base.articles if base else None),
            )  # fmt: skip


def _open_rows(result: Result) -> Iterator[Sequence[str]]:
    for name, engine in result.engines.items():
        if opened := engine.opened:
            yield _name(name, engine), *_opened(opened)


def _opened(opened: Opened) -> Sequence[str]:
    times = (f"{opened.open_ms:.1f}", f"{opened.first_page_ms:.1f}")
    return *times, f"{opened.memory.resident:,.0f}", f"{opened.memory.anonymous:,.0f}"


def _first_use(result: Result) -> str:
    if not (first := result.first_use):
        return ""
    return (
        f"\n\nFirst use of Kiosque on a fresh machine: {first.compiling:.1f} s more "
        f"({first.cold:.1f} s to build 10 articles and answer one query, {first.warm:.1f} s the second time)."
    )


def _page_head() -> Sequence[str]:
    return ("class", "queries", "engine", *(f"p{p}" for p in PERCENTS), *(f"× p{p}" for p in PERCENTS), "found")


def _page_rows(result: Result) -> Iterator[Sequence[str]]:
    for kind, numbers in result.classes().items():
        for name in result.times:
            times = [result.latency(name, kind, percent) for percent in PERCENTS]
            engine = _name(name, result.engines[name])
            found = result.found(name, kind)
            yield (
                kind, str(len(numbers)), engine, *(f"{time:.2f}" for time in times),
                *_page_ratios(result, name, kind, times), NOTHING if found is None else f"{found:.2f}",
            )  # fmt: skip


def _agreement(result: Result) -> str:
    counts = {name: engine.same_facets for name, engine in result.engines.items() if name != "kiosque"}
    told = [f"{name} in {pair[0]} of {pair[1]}" for name, pair in counts.items() if pair]
    return f"\n\nSame facet counts, of the pages with Kiosque's total: {', '.join(told)}." if told else ""


def _page_ratios(result: Result, name: str, kind: str, times: Sequence[float]) -> list[str]:
    if name == "kiosque" or "kiosque" not in result.times:
        return [NOTHING for _ in times]
    base = [result.latency("kiosque", kind, percent) for percent in PERCENTS]
    return [_times(*pair) for pair in zip(times, base, strict=True)]


def _target_rows(result: Result) -> Iterator[Sequence[str]]:
    for target, value in compared(result):
        sign = "≤" if target.at_most else "≥"
        yield target.text, f"{sign} {target.floor:g}", f"{value:,.2f}", "yes" if target.reached(value) else "**no**"


def _differences(result: Result) -> Iterator[str]:
    for name, engine in result.engines.items():
        yield from (f"{name}: {sentence}" for sentence in engine.differs if not engine.failure)


def _warnings(result: Result) -> Iterator[str]:
    if result.machine.load > 0.5:
        yield f"the machine was busy before the run (load {result.machine.load:.2f}): the figures are not to be trusted"
    for name, engine in result.engines.items():
        if engine.failure:
            yield f"{name}: {engine.failure}"
        for fault in engine.faults[:MOST_FAULTS]:
            yield f"{name}: {fault}"
        if len(engine.faults) > MOST_FAULTS:
            yield f"{name}: and {len(engine.faults) - MOST_FAULTS} more such pages"


def _name(name: str, engine: Measured) -> str:
    return f"{name} (subset)" if engine.subset else name


def _times(value: float | None, base: float | None) -> str:
    return f"{value / base:.2f}" if value and base else NOTHING


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
