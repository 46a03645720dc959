"""The figures of a load as JSON and as a plot, and which promises were not kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.load_judge import WINDOW, Judge
from benchmarks.load_watch import Sample
from benchmarks.load_writers import Writers
from benchmarks.machine import Machine
from benchmarks.percentiles import median, percentile

WARM: Final = 600.0
"""Seconds after which nothing may grow,"""
GROWTH: Final = 0.02
"""beyond this share."""
HANDLES: Final = 45
"""Open files that are no growth: those of one segment more, of the nine that syncs leave between two merges at most."""
BOUND: Final = 2000.0
"""Milliseconds that 99 of 100 answers may take."""


class Moment(msgspec.Struct, frozen=True):
    """What was asked within WINDOW seconds. Milliseconds; -1 where there is nothing to tell."""

    seconds: float
    answered: int
    refused: int
    p50: float
    p99: float
    refused_p99: float


class Load(msgspec.Struct, frozen=True):
    """`mistakes` counts wrong answers, of which `wrong` tells the first."""

    machine: Machine
    sustainable: float
    rate: float
    minutes: float
    statuses: dict[str, int]
    kinds: dict[str, int]
    p50: float
    p99: float
    worst: float
    refused_p99: float
    commits: int
    rebuilds: int
    busy: int
    complaints: list[str]
    witnessed: int
    compared: int
    mistakes: int
    wrong: list[str]
    growth: float
    """Share of memory held more at the end than after ten minutes: medians of a fifth of what follows them."""
    files: tuple[int, int]
    """Least and most open files, sockets left out, after ten minutes: they come and go with the segments."""
    files_growth: int
    """How many more were open at most in the last fifth of that time than in the first."""
    mapped: tuple[int, int]
    moments: list[Moment]
    samples: list[Sample]


def load_of(
    where: Machine, rate: float, sustainable: float, began: float, judge: Judge, samples: list[Sample], writers: Writers
) -> Load:
    """All that was measured."""
    windows = judge.windows.values()
    answered = [ms for window in windows for ms in window.answered]
    refused = [ms for window in windows for ms in window.refused]
    settled = [row for row in samples if row.seconds >= min(WARM, samples[-1].seconds / 3)]
    return Load(
        machine=where,
        sustainable=round(sustainable, 1),
        rate=round(rate, 1),
        minutes=round(samples[-1].seconds / 60, 1),
        statuses={str(status): count for status, count in sorted(judge.statuses.items())},
        kinds=dict(judge.kinds),
        p50=_at(answered, 50),
        p99=_at(answered, 99),
        worst=_at(answered, 100),
        refused_p99=_at(refused, 99),
        commits=len(writers.committed) - 1,
        rebuilds=len(writers.rebuilt),
        busy=writers.busy,
        complaints=sorted(set(writers.complaints)),
        witnessed=judge.witnessed,
        compared=judge.compared,
        mistakes=judge.mistakes,
        wrong=judge.wrong,
        growth=_growth([row.anonymous for row in settled]),
        files=(min(row.files for row in settled), max(row.files for row in settled)),
        files_growth=_more([row.files for row in settled]),
        mapped=(min(row.mapped for row in settled), max(row.mapped for row in settled)),
        moments=[_moment(number, judge) for number in sorted(judge.windows)],
        samples=samples,
    )


def _moment(number: int, judge: Judge) -> Moment:
    window = judge.windows[number]
    return Moment(
        number * WINDOW, len(window.answered), len(window.refused), _at(window.answered, 50), _at(window.answered, 99),
        _at(window.refused, 99),
    )  # fmt: skip


def _at(values: Sequence[float], percent: float) -> float:
    return round(percentile(values, percent), 1) if values else -1.0


def _growth(values: list[float]) -> float:
    fifth = max(1, len(values) // 5)
    return round(median(values[-fifth:]) / median(values[:fifth]) - 1, 4)


def _more(values: list[int]) -> int:
    fifth = max(1, len(values) // 5)
    return max(values[-fifth:]) - max(values[:fifth])


def failures(load: Load) -> list[str]:
    """The promises that were not kept, with the figure."""
    promises = [
        (not load.mistakes, f"{load.mistakes} wrong answers: {load.wrong[:5]}"),
        (0 < load.p99 <= BOUND, f"p99 {load.p99} ms, more than {BOUND}"),
        (load.growth <= GROWTH, f"memory grew by {load.growth:.1%}"),
        (load.files_growth <= HANDLES, f"{load.files_growth} files more open at the end"),
        (load.commits > 0 and load.witnessed > 0, "nothing was committed or asked"),
    ]
    return [what for held, what in promises if not held]


def plot(load: Load, path: Path) -> None:
    """Answers a second, their times, memory and open files over the minutes, as SVG."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(4, 1, figsize=(8, 8), sharex=True, layout="constrained")
    minutes = [moment.seconds / 60 for moment in load.moments]
    axes[0].plot(minutes, [moment.answered / WINDOW for moment in load.moments], label="answered")
    axes[0].plot(minutes, [moment.refused / WINDOW for moment in load.moments], label="refused, to be retried")
    axes[0].set_ylabel("requests a second")
    for name in ("p50", "p99"):
        axes[1].plot(minutes, [max(getattr(moment, name), 0) for moment in load.moments], label=name)
    axes[1].set_ylabel("milliseconds")
    times = [row.seconds / 60 for row in load.samples]
    axes[2].plot(times, [row.anonymous for row in load.samples], label="memory of all processes, MB")
    axes[3].plot(times, [row.files for row in load.samples], label="open files")
    axes[3].plot(times, [row.mapped for row in load.samples], label="mapped files of the index")
    axes[3].plot(times, [row.load for row in load.samples], label="load of the machine")
    axes[3].set_xlabel("minutes")
    for axis in axes:
        axis.set_ylim(bottom=0)
        axis.legend(loc="lower right", fontsize="small")
    figure.savefig(path, metadata={"Date": None})
