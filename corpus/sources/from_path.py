"""Source and date of articles that do not give them: from the corpus's settings, the folders, the file.

The only I/O here is a look at the time of a file, where settings ask for it.
"""

from __future__ import annotations

from datetime import UTC, datetime

from kiosque.corpus.article import Origin
from kiosque.corpus.dates.stamp import folder_date
from kiosque.corpus.location import Location
from kiosque.corpus.sources.source import Sourced, choose_source, folder_source


def date_from_folders(location: Location) -> tuple[str | None, Origin]:
    """The date that the folders of a file name, with its origin."""
    return folder_date(location.folders), Origin.FOLDER


def date_from_file_time(location: Location) -> tuple[str | None, Origin]:
    """The day in Greenwich of a file's last change, where settings allow it; None inside archives. Raises OSError."""
    if not location.settings.mtime or location.opener:
        return None, Origin.FILE_TIME
    changed = datetime.fromtimestamp(location.path.stat().st_mtime, UTC)
    return changed.date().isoformat(), Origin.FILE_TIME


def source_from_path(location: Location) -> Sourced:
    """The default source of the settings, or the one that the folders name."""
    return choose_source(
        (location.settings.source, Origin.SETTINGS),
        (folder_source(location.folders), Origin.FOLDER),
    )
