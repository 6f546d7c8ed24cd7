"""Charts as inline SVG: bars over a scale, a reliability curve, and the steps of a waterfall."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

from mdm.engine.matching.explain import Line
from mdm.matchfile.report.html import Content, Html, cut, element

WIDTH = 720
SMALL = 340  # of a chart on a phone, where the letters of a wide one would be too small to read
LEFT = 40  # of a chart's scale
BASE = 190  # of the bars
NAMED = {"prior": "start", "one_to_one": "one partner", "together": "counted once"}  # lines that are no column


def bars(
    title: str,
    told: str,
    parts: Sequence[tuple[float, float, int]],
    marks: Sequence[tuple[str, float]],
    wide: float = WIDTH,
) -> Html:
    """Counts over a scale of bits, on a logarithmic height: most pairs are clear, the doubtful few matter.

    `parts` are low, high and count, without gaps; `marks` are the thresholds, the lower first; a bar takes the colour
    of the zone it lies in.
    """
    low, high = parts[0][0], parts[-1][1]
    across = (wide - LEFT - 20) / (high - low)
    most = max(count for *_, count in parts)
    scale = 150 / math.log10(most + 1) if most else 0
    drawn: list[Content] = [_grid(exponent, scale, wide - 20) for exponent in reversed(range(len(str(most))))]
    for start, end, count in parts:
        height = scale * math.log10(count + 1)
        tip = element("title", f"{start:+.0f} to {end:+.0f} bits: {count:,}")
        x, width = LEFT + (start - low) * across, max((end - start) * across - 1.5, 1)
        drawn.append(_rect(x, BASE - height, width, height, _zone((start + end) / 2, marks), tip))
    places = [(f"{name} {at:+.1f}", LEFT + min(max(at - low, 0), high - low) * across) for name, at in marks]
    drawn += [_mark(name, x, 14 * number) for number, (name, x) in enumerate(places)]
    drawn += [
        _text(LEFT + (at - low) * across, BASE + 18, f"{at:+}" if at else "0", "middle") for at in _ticks(low, high)
    ]
    return _svg(title, told, 220, drawn, wide)


def _ticks(low: float, high: float) -> range:
    """Round numbers of bits inside the scale."""
    step = 10 if high - low > 25 else 5 if high - low > 10 else 2
    return range(math.ceil(low / step) * step, math.floor(high) + 1, step)


def _grid(exponent: int, scale: float, end: float) -> Content:
    y = BASE - scale * math.log10(10**exponent + 1)
    line = element("line", x1=LEFT, x2=_r(end), y1=_r(y), y2=_r(y))
    return [line, _text(LEFT - 6, y + 4, _short(10**exponent), "end")]


def _mark(told: str, x: float, down: float) -> Content:
    """A threshold; its name stands to the left of it where there is room."""
    line = element("line", x1=_r(x), x2=_r(x), y1=24 + down, y2=BASE, class_="mark")
    fits = x > LEFT + 7 * len(told)
    return [line, _text(x - 4 if fits else x + 4, 22 + down, told, "end" if fits else "start", "value")]


def _zone(at: float, marks: Sequence[tuple[str, float]]) -> str:
    return ("bad", "doubt", "good")[sum(at > mark for _, mark in marks)]


def reliability(title: str, told: str, points: Sequence[tuple[float, float, int]]) -> Html:
    """What the model says (across) against the share of answers that agree (up); the diagonal is perfect."""
    side = 240
    spots = [(50 + p * side, 20 + (1 - share) * side, p, share, count) for p, share, count in points]
    drawn: list[Content] = [
        element("line", x1=50, y1=20 + side, x2=50 + side, y2=20, class_="mark"),
        element("line", x1=50, y1=20 + side, x2=50 + side, y2=20 + side),
        element("line", x1=50, y1=20, x2=50, y2=20 + side),
        element("polyline", points=" ".join(f"{_r(x)},{_r(y)}" for x, y, *_ in spots)),
        [
            element("circle", element("title", f"said {p:.2f}, was {share:.2f} of {n}"), cx=_r(x), cy=_r(y), r=4)
            for x, y, p, share, n in spots
        ],
        [_text(50 + share * side, 38 + side, f"{share:.1f}", "middle") for share in (0, 0.5, 1)],
        [_text(44, 24 + (1 - share) * side, f"{share:.1f}", "end") for share in (0, 0.5, 1)],
    ]
    return _svg(title, told, 300, drawn, 320)


def waterfall(lines: Sequence[Line]) -> Html:
    """The weights of a pair added up, line by line, in bits; what was not compared adds nothing and is left out."""
    ends = list(accumulate(line.weight for line in lines))
    low, high = min([0.0, *ends]), max([0.0, *ends])
    steps = [
        _step(NAMED.get(line.name, line.name), line.weight, start, end, low, high, line.words)
        for line, start, end in zip(lines, [0.0, *ends], ends, strict=False)
        if line.weight or line.name == "prior"
    ]
    sum_ = ends[-1] if ends else 0.0
    total = _step("together", sum_, 0.0, sum_, low, high, "")
    return element("ol", steps, total, class_="fall")


def shares(rows: Sequence[tuple[str, float, str]]) -> Html:
    """Named amounts as bars below each other."""
    amounts = [0.0, *(amount for _, amount, _ in rows)]
    low, high = min(amounts), max(amounts)
    steps = [_step(name, amount, 0, amount, low, high, told) for name, amount, told in rows]
    return element("ol", steps, class_="fall")


def _step(name: str, weight: float, start: float, end: float, low: float, high: float, words: str) -> Html:
    span = (high - low) or 1
    left, width = (min(start, end) - low) / span * 100, abs(end - start) / span * 100
    place = f"left:{left:.2f}%;width:{max(width, 0.4):.2f}%"
    bar = element("span", class_="good" if end >= start else "bad", style=place)
    return element(
        "li",
        element("span", cut(name, 60), class_="name"),
        element("span", f"{weight:+.1f}", class_="weight"),
        element("span", bar, class_="track", aria_hidden="true"),
        element("span", cut(words, 320), class_="words") if words else None,
    )


def _svg(title: str, told: str, height: float, drawn: Content, width: float = WIDTH) -> Html:
    label = f"{title}. {told}"
    style = f"max-width:{width / 16:g}rem" if width < WIDTH else None
    return element("svg", drawn, viewBox=f"0 0 {width} {_r(height)}", role="img", aria_label=label, style=style)


def _rect(x: float, y: float, width: float, height: float, class_: str, tip: Html) -> Html:
    return element("rect", tip, x=_r(x), y=_r(y), width=_r(width), height=_r(height), class_=class_)


def _text(x: float, y: float, text: str, anchor: str = "start", class_: str | None = None) -> Html:
    return element("text", text, x=_r(x), y=_r(y), text_anchor=anchor, class_=class_)


def _r(value: float) -> str:
    return f"{value:.1f}"


def _short(count: int) -> str:
    return f"{count // 1_000_000}M" if count >= 1_000_000 else f"{count // 1000}k" if count >= 1000 else str(count)
