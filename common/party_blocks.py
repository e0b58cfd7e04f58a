"""What stands in a Party document between its head and its signatures, as a few kinds of block: written once, set as
HTML for the PDF and as paragraphs of a Word file (common.party_docx)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe


@dataclass(frozen=True)
class Block:
    """`heading`: «I- TÊN MỤC»; `sub`: «1. Tên»; `text`: a paragraph, `lead` its first words in bold; `table`: `head`
    and `rows`, columns named in `middle` are centred. An empty `head` draws no row of titles."""

    kind: Literal["heading", "sub", "text", "table"]
    text: str = ""
    lead: str = ""
    head: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    middle: frozenset[int] = frozenset()


def heading(text: str) -> Block:
    return Block("heading", text)


def sub(text: str) -> Block:
    return Block("sub", text)


def text(words: str, lead: str = "") -> Block:
    return Block("text", words, lead)


def paragraphs(words: str) -> list[Block]:
    """Each line of what somebody wrote is a paragraph; an empty line none."""
    return [text(line.strip()) for line in words.splitlines() if line.strip()]


def table(head: Sequence[str], rows: Iterable[Sequence[str]], middle: Iterable[int] = ()) -> Block:
    return Block("table", head=tuple(head), rows=tuple(tuple(row) for row in rows), middle=frozenset(middle))


ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


class Body:
    """Collects blocks; headings count themselves, so that a part with nothing in it leaves no gap."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._at = 0

    def heading(self, title: str) -> None:
        self.blocks.append(heading(f"{ROMAN[self._at]}- {title}"))
        self._at += 1

    def sub(self, title: str) -> None:
        self.blocks.append(sub(title))

    def text(self, words: str, lead: str = "") -> None:
        self.blocks.append(text(words, lead))

    def lines(self, words: str) -> None:
        self.blocks += paragraphs(words)

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]], middle: Iterable[int] = ()) -> None:
        self.blocks.append(table(head, rows, middle))


def stand_alone(blocks: Sequence[Block]) -> set[int]:
    """Places of headings «1. Tên» with nothing below them: they need not stay with what follows, and a page of them
    is broken anywhere."""
    kinds = [block.kind for block in blocks]
    followed = {at for at, kind in enumerate(kinds[1:]) if kind not in {"sub", "heading"}}
    return {at for at, kind in enumerate(kinds) if kind == "sub"} - followed


def as_html(blocks: Iterable[Block]) -> SafeString:
    """The body of templates/documents/party_pdf.html."""
    blocks = list(blocks)
    alone = stand_alone(blocks)
    return mark_safe("\n".join(_html(block, alone=at in alone) for at, block in enumerate(blocks)))


def as_page(blocks: Iterable[Block]) -> SafeString:
    """The same to be read on a page: a narrow screen makes cards of the rows of tables; a single row is a sentence."""
    return mark_safe("\n".join(_cards(block) if block.kind == "table" else _html(block) for block in blocks))


def _html(block: Block, *, alone: bool = False) -> SafeString:
    if block.kind == "heading":
        return format_html("<h2>{}</h2>", block.text)
    if block.kind == "sub":
        return format_html('<h3 class="alone">{}</h3>' if alone else "<h3>{}</h3>", block.text)
    if block.kind == "table":
        return _table(block)
    lead = format_html("<b>{}</b> ", block.lead) if block.lead else ""
    return format_html("<p>{}{}</p>", lead, block.text)


def _table(block: Block) -> SafeString:
    head = format_html_join("", "<th>{}</th>", ((title,) for title in block.head))
    rows = mark_safe("".join(_row(row, block.middle) for row in block.rows))
    titles = format_html("<thead><tr>{}</tr></thead>", head) if block.head else ""
    return format_html('<table class="data">{}<tbody>{}</tbody></table>', titles, rows)


def _cards(block: Block) -> SafeString:
    if len(block.rows) == 1:
        # The number of the only row says nothing.
        named = (pair for pair in zip(block.head, block.rows[0], strict=False) if pair[0] != "TT")
        return format_html("<p>{}.</p>", format_html_join("; ", "{}: <b>{}</b>", named))
    titles = format_html_join("", '<th scope="col">{}</th>', ((title,) for title in block.head))
    rows = []
    for row in block.rows:
        cells = format_html_join("", '<td data-label="{}">{}</td>', zip(block.head, row, strict=False))
        rows.append(format_html("<tr>{}</tr>", cells))
    return format_html(
        '<div class="table-box"><table class="table table--cards table--dense"><caption><span class="hidden-text">{}'
        "</span></caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>",
        ", ".join(block.head[:3]),
        titles,
        mark_safe("".join(rows)),
    )


def _row(row: Sequence[str], middle: frozenset[int]) -> SafeString:
    cells = ((mark_safe(' class="mid"') if at in middle else "", cell) for at, cell in enumerate(row))
    return format_html("<tr>{}</tr>", format_html_join("", "<td{}>{}</td>", cells))
