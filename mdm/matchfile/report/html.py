"""Elements of a page, as calls. What is put in is text and is escaped, unless it is an element already."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_ALONE = {"meta", "br"}


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


Content = str | float | None | Iterable["Content"]


def element(tag: str, /, *content: Content, **attributes: str | float | bool | None) -> Html:
    """An element with its attributes; `class_` is class, `aria_label` is aria-label; None and False are left out."""
    names = ((key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    said = "".join(
        f" {key}" if value is True else f' {key}="{escape(shown(str(value)))}"'
        for key, value in names
        if value is not None and value is not False
    )
    return Html(f"<{tag}{said}>" if tag in _ALONE else f"<{tag}{said}>{joined(content)}</{tag}>")


def joined(content: Content) -> Html:
    """One after the other, texts escaped."""
    if content is None:
        return Html("")
    if isinstance(content, Html):
        return content
    if isinstance(content, str):
        return Html(escape(shown(content)))
    if isinstance(content, int | float):
        return Html(f"{content:,}")
    return Html("".join(joined(part) for part in content))


def shown(text: str) -> str:
    """Without signs that no one sees or that turn what follows around."""
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text)


def cut(text: str, longest: int = 160) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def table(caption: str, head: Iterable[Content], rows: Iterable[Iterable[Content]], class_: str = "") -> Html:
    """A table that scrolls by itself where the screen is narrow; the first cell of each row heads it."""
    columns = element("tr", [element("th", cell, scope="col") for cell in head])
    lines = [element("tr", [_cell(cell, heads=not at) for at, cell in enumerate(row)]) for row in rows]
    inner = element(
        "table", element("caption", caption), element("thead", columns), element("tbody", lines), class_=class_ or None
    )
    return element("div", inner, class_="scroll", role="group", aria_label=caption, tabindex="0")


def _cell(content: Content, *, heads: bool) -> Html:
    """A cell; a figure never breaks over two lines."""
    figure = "figure" if isinstance(content, int | float) else None
    return element("th" if heads else "td", content, scope="row" if heads else None, class_=figure)
