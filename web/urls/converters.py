"""What may stand in an address."""

from __future__ import annotations

from typing import Final

from werkzeug.routing import BaseConverter


class IdConverter(BaseConverter):
    """An article's id: any text. Werkzeug's `path` knows neither a line break nor a slash at its beginning."""

    part_isolating = False
    regex = r"[\s\S]+?"


CONVERTERS: Final = {"id": IdConverter}
