"""Colours: every pair of text and ground is legible, light and dark, and no other file names a colour."""

from __future__ import annotations

import re

import pytest

from tests.conftest import PROJECT

CSS = PROJECT / "static" / "css"
PAIRS = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", (CSS / "tokens.css").read_text())
TOKENS = {name: (light, dark) for name, light, dark in PAIRS}

GROUNDS = ("bg", "surface", "chip")
TEXT = [(text, ground) for text in ("text", "muted") for ground in GROUNDS]
TEXT += [(text, ground) for text in ("accent", "info") for ground in ("bg", "surface")]
TEXT += [("on-accent", "accent"), ("pos", "pos-bg"), ("neg", "neg-bg"), ("warn", "warn-bg"), ("text", "warn-bg")]
TEXT += [("text", "neg-bg"), ("text", "pos-bg"), ("pos", "surface"), ("warn", "surface"), ("muted", "warn-bg")]
TEXT += [("diff", "diff-bg")]
EDGES = [
    ("line-strong", "surface"),
    ("line-strong", "bg"),
    ("accent", "bg"),
    ("accent", "surface"),
    ("warn", "surface"),
]


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21.0
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_is_legible(text: str, ground: str, theme: int) -> None:
    assert contrast(TOKENS[text][theme], TOKENS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_and_focus_are_seen(edge: str, ground: str, theme: int) -> None:
    assert contrast(TOKENS[edge][theme], TOKENS[ground][theme]) >= 3


@pytest.mark.parametrize("name", ["base.css", "components.css", "stewardship.css"])
def test_colours_come_from_tokens_only(name: str) -> None:
    text = (CSS / name).read_text()
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;, )])|rgba?\(|hsl\(", text) == []
    used = set(re.findall(r"var\(--([\w-]+)\)", text))
    defined = set(re.findall(r"--([\w-]+):", (CSS / "tokens.css").read_text()))
    assert used <= defined


def test_templates_run_no_inline_code_and_load_nothing_from_elsewhere() -> None:
    for path in sorted((PROJECT / "templates").rglob("*.html")):
        text = path.read_text()
        found = re.findall(r"\sstyle=|<style|\son\w+=|hx-on|js:|https?://|<script(?![^>]*\ssrc=)", text)
        assert found == [], path
    assert "url(" not in "".join(path.read_text() for path in CSS.glob("*.css"))
