"""The day of a page that says it nowhere that Kiosque knows: htmldate looks for it all over the page."""

from __future__ import annotations

from lxml import html


def guessed_date(tree: html.HtmlElement) -> str | None:
    """The ISO day that is most likely that of the page's publication; None where it has no likely one."""
    from htmldate import find_date  # for the pages that need it

    try:
        return find_date(tree, extensive_search=False, original_date=True)
    except (ValueError, TypeError, AttributeError, OverflowError):  # of markup that it does not expect
        return None
