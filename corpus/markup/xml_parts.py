"""Small helpers over an XML tree, whatever its namespaces."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

_BLOCKS = frozenset(
    "p para Para paragraph ab head hl1 hl2 hl3 h1 h2 h3 h4 li item l lg tr br lb note bq blockquote div block".split()
)

_BORDER = "\x1e"  # no XML holds it


def local(element: etree._Element) -> str:
    """The name of an element without its namespace; "" for what is no element."""
    # not by QName, which raises at the tag "p:" that a parser of damaged files lets through
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def attribute(element: etree._Element, name: str) -> str:
    """An attribute, whatever its namespace; "" where there is none."""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def below(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The elements of these names below, in the order of the document."""
    return (part for part in element.iter() if local(part) in names)


def outermost(element: etree._Element, found: Callable[[etree._Element], bool]) -> Iterator[etree._Element]:
    """The elements below of which this is true, but for those inside such a one.

    Where each gives its whole text, elements within one another would give the square of it.
    """
    walk = etree.iterwalk(element, events=("start",))
    for _, part in walk:
        if part is not element and found(part):
            walk.skip_subtree()
            yield part


def first(element: etree._Element, *path: str) -> etree._Element | None:
    """The first element that lies along the path of names below."""
    for name in path:
        found = next((part for part in element.iter() if part is not element and local(part) == name), None)
        if found is None:
            return None
        element = found
    return element


def words(element: etree._Element | None) -> str | None:
    """The text of an element on one line."""
    return " ".join("".join(_pieces(element)).replace(_BORDER, " ").split()) or None if element is not None else None


def value(element: etree._Element | None, *attributes: str) -> str | None:
    """An element's attribute, else its text."""
    if element is None:
        return None
    return next((str(element.get(name)) for name in attributes if element.get(name)), None) or words(element)


def paragraphs(element: etree._Element | None, *skipped: str) -> str:
    """The text of an element, a line for each of its blocks, without the elements of the skipped names."""
    if element is None:
        return ""
    lines = "".join(_pieces(element, skipped)).split(_BORDER)
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def _pieces(element: etree._Element, skipped: tuple[str, ...] = ()) -> Iterator[str]:
    """The text, with marks at the borders of blocks."""
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, part in walk:
        border = _BORDER if local(part) in _BLOCKS else ""
        if event == "end":
            yield border + ((part.tail or "") if part is not element else "")
        elif local(part) in skipped:
            walk.skip_subtree()
        else:
            yield border + (part.text or "")
