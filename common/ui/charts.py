"""Charts drawn on the server: pure functions from figures to SVG with the same figures as a table.

Widths are percentages and heights are em, so a drawing fills its box and its words grow with the
reader's text size. Colours are classes (`fill-done` …) named by the meaning of a tone:
done, wait, late, info, idle, other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10, pi
from zlib import crc32

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from common.ui.numbers import vi_number, vi_percent

NOTHING = "Chưa có số liệu"
TONES = ("done", "wait", "late", "info", "idle", "other")


@dataclass(frozen=True, slots=True)
class Slice:
    """One figure with its name and the meaning of its colour."""

    label: str
    value: float
    tone: str = "info"


@dataclass(frozen=True, slots=True)
class Series:
    """Figures of one kind over the same labels."""

    label: str
    values: Sequence[float]
    tone: str = "info"


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, and the share in percent that it should reach."""

    label: str
    part: float
    whole: float
    target: float | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, its legend (tone, label, text) and its table; `kind` becomes a class of the figure."""

    title: str
    summary: str
    kind: str
    svg: SafeString
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    legend: Sequence[tuple[str, str, str]] = ()


def bars(
    title: str,
    slices: Sequence[Slice],
    *,
    rest: Slice | None = None,
    unit: str = "",
    what: str = "Mục",
    key: str = "",
) -> Chart:
    """Lying bars with their names above them, from the first to the last; `rest` sums up what is not drawn: it has a
    figure and no bar, which would dwarf the others."""
    top = max((s.value for s in slices), default=0) or 1
    parts = []
    for index, one in enumerate(slices):
        y = index * 2.9
        parts.append(
            format_html(
                '{}<rect class="chart__track" x="0" y="{}em" width="100%" height=".9em" rx="4"/>'
                '<rect class="fill-{}" x="0" y="{}em" width="{}%" height=".9em" rx="4"/>',
                _named(one.label, one.value, y),
                _n(y + 1.55),
                _tone(one.tone),
                _n(y + 1.55),
                _n(max(one.value, 0) * 100 / top),
            )
        )
    height = len(slices) * 2.9 - 0.4
    if rest is not None:
        parts.append(_named(rest.label, rest.value, height + 0.4))
        height += 2
    told = [*slices, rest] if rest is not None else slices
    summary = _sentence((s.label, s.value) for s in told)
    svg = _svg(title, summary, _join(parts), height=max(height, 1), key=key)
    rows = [[s.label, vi_number(s.value)] for s in told]
    return Chart(title, summary, "bars", svg, [what, unit or "Số lượng"], rows)


def shares(
    title: str,
    rows: Sequence[Share],
    *,
    what: str = "Mục",
    part: str = "Số lượng",
    whole: str = "Tổng số",
    key: str = "",
) -> Chart:
    """Lying bars of shares on one scale, each with a mark where its target lies; below the target in another tone."""
    top = max(
        [_ceiling(max((100 * r.part / r.whole for r in rows if r.whole), default=0)), *(r.target or 0 for r in rows)]
    )
    top = min(100.0, top) or 100.0
    has_target = any(r.target for r in rows)
    parts = []
    for index, one in enumerate(rows):
        y = index * 2.9
        percent = 100 * one.part / one.whole if one.whole else 0
        tone = "info" if not one.target else "done" if percent >= one.target else "wait"
        parts.append(
            format_html(
                '{}<rect class="chart__track" x="0" y="{}em" width="100%" height=".9em" rx="4"/>'
                '<rect class="fill-{}" x="0" y="{}em" width="{}%" height=".9em" rx="4"/>',
                _written(one.label, vi_percent(one.part, one.whole), y),
                _n(y + 1.55),
                tone,
                _n(y + 1.55),
                _n(min(percent, top) * 100 / top),
            )
        )
        if one.target:
            at = _n(one.target * 100 / top)
            parts.append(
                format_html(
                    '<line class="chart__target" x1="{}%" x2="{}%" y1="{}em" y2="{}em"/>',
                    at,
                    at,
                    _n(y + 1.4),
                    _n(y + 2.6),
                )
            )
    height = len(rows) * 2.9 - 0.2
    summary = "; ".join(f"{r.label}: {vi_percent(r.part, r.whole)}" for r in rows) or NOTHING
    svg = _svg(title, summary, _join(parts), height=max(height, 1), key=key)
    headers = [what, part, whole, "Tỷ lệ", *(["Mục tiêu"] if has_target else [])]
    table = [
        [r.label, vi_number(r.part), vi_number(r.whole), vi_percent(r.part, r.whole)]
        + ([f"{vi_number(r.target)}%" if r.target else "–"] if has_target else [])
        for r in rows
    ]
    legend = []
    if has_target:
        legend = [("done", "Đạt mục tiêu (vạch đứng)", ""), ("wait", "Chưa đạt mục tiêu", "")]
        legend += [("info", "Không đặt mục tiêu", "")] if any(not r.target for r in rows) else []
    return Chart(title, summary, "bars", svg, headers, table, legend)


def stacked(
    title: str, labels: Sequence[str], series: Sequence[Series], *, what: str = "Đơn vị", key: str = ""
) -> Chart:
    """Lying bars cut into parts. One label only: the bar alone, its parts named by the legend."""
    totals = [sum(s.values[i] for s in series) for i in range(len(labels))]
    top = max(totals, default=0) or 1
    alone = len(labels) == 1
    step, offset = (1.2, 0.1) if alone else (2.9, 1.55)
    parts = []
    for index, label in enumerate(labels):
        y = index * step
        if not alone:
            parts.append(_named(label, totals[index], y))
        x = 0.0
        for one in series:
            width = max(one.values[index], 0) * 100 / top
            if width:
                parts.append(
                    format_html(
                        '<rect class="fill-{} chart__gap" x="{}%" y="{}em" width="{}%" height=".95em" rx="3"/>',
                        _tone(one.tone),
                        _n(x),
                        _n(y + offset),
                        _n(width),
                    )
                )
            x += width
    whole = sum(totals)
    legend = [
        (_tone(s.tone), s.label, f"{vi_number(sum(s.values))} ({vi_percent(sum(s.values), whole)})") for s in series
    ]
    summary = _sentence((s.label, sum(s.values)) for s in series)
    svg = _svg(title, summary, _join(parts), height=max(len(labels) * step, 1), key=key)
    rows = [[label, *(vi_number(s.values[i]) for s in series), vi_number(totals[i])] for i, label in enumerate(labels)]
    return Chart(title, summary, "stacked", svg, [what, *(s.label for s in series), "Cộng"], rows, legend)


def line(title: str, labels: Sequence[str], series: Sequence[Series], *, what: str = "Kỳ", key: str = "") -> Chart:
    """Points joined in the order of the labels, from zero."""
    top = _ceiling(max((v for s in series for v in s.values), default=0))
    height, head = 10.0, 1.4
    parts = []
    for share in (0, 0.5, 1):
        y = head + height * (1 - share)
        parts.append(
            format_html(
                '<line class="{}" x1="0" x2="100%" y1="{}em" y2="{}em"/>'
                '<text class="chart__soft" x="0" y="{}em">{}</text>',
                "chart__axis" if share == 0 else "chart__grid",
                _n(y),
                _n(y),
                _n(y - 0.25),
                vi_number(top * share),
            )
        )
    count = len(labels)
    xs = [15 + 81 * i / max(count - 1, 1) for i in range(count)]
    for one in series:
        ys = [head + height * (1 - v / top) for v in one.values]
        tone = _tone(one.tone)
        for i in range(count - 1):
            parts.append(
                format_html(
                    '<line class="line-{}" stroke-width="3" stroke-linecap="round"'
                    ' x1="{}%" y1="{}em" x2="{}%" y2="{}em"/>',
                    tone,
                    _n(xs[i]),
                    _n(ys[i]),
                    _n(xs[i + 1]),
                    _n(ys[i + 1]),
                )
            )
        for x, y in zip(xs, ys, strict=True):
            parts.append(
                format_html('<circle class="fill-{} chart__gap" cx="{}%" cy="{}em" r=".36em"/>', tone, _n(x), _n(y))
            )
        if ys:
            parts.append(
                format_html(
                    '<text class="chart__bold" x="100%" y="{}em" text-anchor="end">{}</text>',
                    _n(ys[-1] - 0.7),
                    vi_number(one.values[-1]),
                )
            )
    every = max(1, ceil(count / 3))
    for i, (x, label) in enumerate(zip(xs, labels, strict=True)):
        if (count - 1 - i) % every == 0:
            parts.append(
                format_html(
                    '<text class="chart__soft" x="{}%" y="{}em" text-anchor="{}">{}</text>',
                    _n(x if i < count - 1 else 100),
                    _n(head + height + 1.4),
                    "end" if i == count - 1 and count > 1 else "middle",
                    label,
                )
            )
    summary = (
        " ".join(
            f"{s.label}: từ {vi_number(s.values[0])} ({labels[0]}) đến {vi_number(s.values[-1])} ({labels[-1]})."
            for s in series
            if s.values
        )
        or NOTHING
    )
    svg = _svg(title, summary, _join(parts), height=head + height + 1.9, key=key)
    rows = [[label, *(vi_number(s.values[i]) for s in series)] for i, label in enumerate(labels)]
    legend = [(_tone(s.tone), s.label, "") for s in series] if len(series) > 1 else []
    return Chart(title, summary, "line", svg, [what, *(s.label for s in series)], rows, legend)


def ring(title: str, slices: Sequence[Slice], *, middle: str = "", what: str = "Mục", key: str = "") -> Chart:
    """Parts of a whole; `middle` is written inside, by default the share of the first part."""
    whole = sum(max(s.value, 0) for s in slices)
    radius = 42.0
    around = 2 * pi * radius
    parts = [format_html('<circle class="chart__ring-track" cx="60" cy="60" r="{}" stroke-width="16"/>', _n(radius))]
    gone = 0.0
    for one in slices:
        length = max(one.value, 0) * around / whole if whole else 0
        if length:
            parts.append(
                format_html(
                    '<circle class="line-{}" cx="60" cy="60" r="{}" fill="none" stroke-width="16"'
                    ' stroke-dasharray="{} {}" stroke-dashoffset="{}" transform="rotate(-90 60 60)"/>',
                    _tone(one.tone),
                    _n(radius),
                    _n(max(length - 1.2, 0.6) if length < around else around),
                    _n(around),
                    _n(-gone),
                )
            )
        gone += length
    inside = middle or (vi_percent(slices[0].value, whole) if slices else "–")
    parts.append(
        format_html('<text class="chart__bold" x="60" y="67" font-size="20" text-anchor="middle">{}</text>', inside)
    )
    summary = _sentence((s.label, s.value) for s in slices)
    svg = _svg(title, summary, _join(parts), view_box="0 0 120 120", key=key)
    rows = [[s.label, vi_number(s.value), vi_percent(s.value, whole)] for s in slices]
    legend = [(_tone(s.tone), s.label, vi_number(s.value)) for s in slices]
    return Chart(title, summary, "ring", svg, [what, "Số lượng", "Tỷ lệ"], rows, legend)


def _svg(
    title: str, summary: str, body: SafeString, *, height: float = 0, view_box: str = "", key: str = ""
) -> SafeString:
    name = key or f"bd-{crc32(f'{title}|{summary}'.encode()):08x}"
    size = format_html('viewBox="{}"', view_box) if view_box else format_html('width="100%" height="{}em"', _n(height))
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" {} aria-labelledby="{}-t {}-d" focusable="false">'
        '<title id="{}-t">{}</title><desc id="{}-d">{}</desc>{}</svg>',
        size,
        name,
        name,
        name,
        title,
        name,
        summary,
        body,
    )


def _join(parts: Sequence[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts)) if parts else mark_safe("")


def _sentence(pairs) -> str:
    return "; ".join(f"{label}: {vi_number(value)}" for label, value in pairs) or NOTHING


def _named(label: str, value: float, y: float) -> SafeString:
    return _written(label, vi_number(value), y)


def _written(label: str, figure: str, y: float) -> SafeString:
    """A name at the left, as much of it as there is room for, and its figure at the right."""
    return format_html(
        '<foreignObject x="0" y="{}em" width="84%" height="1.5em">'
        '<div xmlns="http://www.w3.org/1999/xhtml" class="chart__name">{}</div></foreignObject>'
        '<text class="chart__bold" x="100%" y="{}em" text-anchor="end">{}</text>',
        _n(y),
        label,
        _n(y + 1.1),
        figure,
    )


def _tone(tone: str) -> str:
    if tone not in TONES:
        raise ValueError(f"unknown tone {tone!r}")
    return tone


def _ceiling(value: float) -> float:
    """The next round number that a reader can halve."""
    if value <= 0:
        return 1
    power = 10 ** floor(log10(value))
    return next(step * power for step in (1, 2, 4, 6, 8, 10) if step * power >= value)


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") or "0"
