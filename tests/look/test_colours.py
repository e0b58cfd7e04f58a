import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text("utf-8")
BLOCK = r"\{([^{}]*)\}"
LIGHT, DARK, AUTO_DARK = (
    dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\b", re.search(selector + r"\s*" + BLOCK, TOKENS)[1]))
    for selector in (r":root", r':root\[data-theme="dark"\]', r':root:not\(\[data-theme="light"\]\)')
)
GROUNDS = ["paper", "card", "sunk", "red-soft", "amber-soft", "green-soft", "blue-soft"]
PAIRS = [
    *((text, ground) for text in ("ink", "muted", "red-ink") for ground in GROUNDS),
    *((f"{tone}-ink", ground) for tone in ("green", "amber", "blue") for ground in (f"{tone}-soft", "card", "paper")),
    ("on-red", "red"),
    ("on-red", "red-press"),
]
SIGNS = [
    *((fill, "card") for fill in ("fill-done", "fill-wait", "fill-late", "fill-info", "fill-other", "fill-idle")),
    *(("edge", ground) for ground in ("paper", "card", "sunk")),
    *(("focus", ground) for ground in GROUNDS),
]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_is_7_to_1_on_its_ground(theme, text, ground):
    assert contrast(theme[text], theme[ground]) >= 7


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("sign", "ground"), SIGNS)
def test_signs_and_edges_are_3_to_1(theme, sign, ground):
    assert contrast(theme[sign], theme[ground]) >= 3


def test_dark_by_choice_and_dark_by_device_are_the_same():
    assert DARK == AUTO_DARK
    assert set(DARK) == set(LIGHT)


def test_colours_stand_in_the_tokens_only():
    """Print has its own black on white."""
    allowed = {"base.css": 1}
    for path in CSS.rglob("*.css"):
        if path.name == "tokens.css":
            continue
        text = path.read_text("utf-8")
        screen = text.split("@layer print", 1)[0]
        assert len(re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^;]*\{)", screen)) <= allowed.get(path.name, 0), path.name
