"""Numbers as Vietnamese readers write them: 1.234,5."""

from decimal import Decimal


def vi_number(value: float | Decimal | None, decimals: int | None = None) -> str:
    """`decimals` None keeps a whole number whole and gives others at most two places."""
    if value is None:
        return "–"
    if decimals is None:
        text = f"{value:,.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:,.0f}"
    else:
        text = f"{value:,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,"))


def vi_percent(part: float, whole: float) -> str:
    """One place after the comma, "–" of nothing."""
    return f"{vi_number(round(part * 100 / whole, 1))}%" if whole else "–"
