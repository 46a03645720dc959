"""Writes what a commit says of segments that never change themselves: their copies, and what of them still counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from whoosh.codec.base import Segment

from kiosque.index.codec.whoosh_codec import KiosqueSegment, sidecar_of
from kiosque.index.commit.copies import Places, copy_arrays
from kiosque.index.commit.live import live_arrays
from kiosque.index.segment.arrays import write_array
from kiosque.index.segment.segment_data import SegmentData, Sidecar, sidecar_path


def write_sidecars(directory: Path, segments: Sequence[KiosqueSegment], generation: int, places: Places) -> None:
    """Writes the sidecar of each segment of a commit, and sets it. An empty array has no file. Raises OSError."""
    opened = [SegmentData(directory, segment.segment_id()) for segment in segments]
    for data, segment, copies in zip(opened, segments, copy_arrays(opened, segments, places), strict=True):
        arrays = {**copies, **live_arrays(data, segment.deletions())}
        entries = {
            name: write_array(sidecar_path(directory, data.segment, name, generation), array)
            for name, array in arrays.items()
            if len(array)
        }
        segment.sidecar = Sidecar(generation, entries)


def stale_sidecars(directory: Path, segments: Sequence[Segment]) -> Iterator[Path]:
    """The files of the sidecars that other commits have of these segments."""
    for segment in segments:
        name, sidecar = segment.segment_id(), sidecar_of(segment)
        kept = {sidecar_path(directory, name, array, sidecar.generation) for array in sidecar.arrays}
        yield from {*directory.glob(f"{name}.copies.*"), *directory.glob(f"{name}.live.*")} - kept
