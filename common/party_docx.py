"""The same Party document as common.party_documents makes, as a Word file that an office goes on working with: margins,
letters, head, number line, signature block kept together (domain.md §6.2)."""

from collections.abc import Iterable
from io import BytesIO

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from .party_blocks import Block, stand_alone
from .party_documents import PartyDocument, Signature

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LETTERS = "Times New Roman"
_HEADINGS = ("heading", "sub")
_CENTRE, _LEFT, _JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.JUSTIFY


def render_party_docx(document: PartyDocument, blocks: Iterable[Block]) -> bytes:
    word = Document()
    _page(word)
    _style(word)
    _head(word, document)
    _line(word.add_paragraph(), document.type_name.upper(), size=16, bold=True, align=_CENTRE)
    _line(word.add_paragraph(), document.subject, bold=True, align=_CENTRE)
    _line(word.add_paragraph(), "-----", align=_CENTRE, after=10)
    blocks = list(blocks)
    alone = stand_alone(blocks)
    for at, block in enumerate(blocks):
        # The signatures never stand on a page without a line of text.
        _block(word, block, with_next=at == len(blocks) - 1 or (block.kind in _HEADINGS and at not in alone))
    _end(word, document)
    if document.foot:
        _line(word.add_paragraph(), document.foot, size=10, italic=True, align=_LEFT, before=14)
    word.core_properties.author = document.issuer
    word.core_properties.title = f"{document.type_name} {document.subject}"
    file = BytesIO()
    word.save(file)
    return file.getvalue()


def _page(word: DocumentType) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = Mm(10)
    # From the second page on; the first page's own head is empty.
    section.different_first_page_header_footer = True
    number = section.header.paragraphs[0]
    number.alignment = _CENTRE
    run = number.add_run()
    run.font.size = Pt(13)
    for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = words
        run._r.append(element)


def _style(word: DocumentType) -> None:
    style = word.styles["Normal"]
    style.font.name, style.font.size = _LETTERS, Pt(14)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), _LETTERS)
    spacing = style.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(19)


def _line(
    paragraph: Paragraph,
    words: str,
    *,
    size: int = 14,
    bold: bool = False,
    italic: bool = False,
    underline: bool = False,
    align=_CENTRE,
    before: int = 0,
    after: int = 0,
    with_next: bool = False,
) -> Paragraph:
    run = paragraph.add_run(words)
    run.font.size, run.bold, run.italic, run.underline = Pt(size), bold, italic, underline
    paragraph.alignment = align
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    paragraph.paragraph_format.keep_with_next = with_next
    return paragraph


def _columns(word: DocumentType, *widths: int) -> Table:
    """A table without lines, as wide as the text."""
    table = word.add_table(rows=1, cols=len(widths))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for cell, width in zip(table.rows[0].cells, widths, strict=True):
        cell.width = Mm(width)
    _stays_whole(table)
    return table


def _stays_whole(table: Table) -> None:
    """No row is broken over two pages."""
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _fill(cell: _Cell, lines: Iterable[tuple[str, dict]]) -> None:
    paragraph = cell.paragraphs[0]
    for at, (words, options) in enumerate(lines):
        _line(paragraph if at == 0 else cell.add_paragraph(), words, **options)


def _head(word: DocumentType, document: PartyDocument) -> None:
    left, right = _columns(word, 76, 89).rows[0].cells
    lines = [(document.parent.upper(), {})] if document.parent else []
    lines += [(document.issuer.upper(), {"bold": True}), ("*", {})]
    if document.with_number:
        lines.append((document.number_line, {}))
    _fill(left, lines)
    lines = [("ĐẢNG CỘNG SẢN VIỆT NAM", {"size": 15, "bold": True, "underline": True})]
    if document.place_line:
        lines.append((document.place_line, {"italic": True, "before": 14}))
    if document.draft:
        lines.append((document.draft, {"size": 12, "italic": True}))
    _fill(right, lines)
    word.add_paragraph()


def _block(word: DocumentType, block: Block, *, with_next: bool) -> None:
    if block.kind == "table":
        _table(word, block)
        return
    if block.kind in _HEADINGS:
        words = block.text.upper() if block.kind == "heading" else block.text
        _line(word.add_paragraph(), words, bold=True, align=_LEFT, before=8, after=4, with_next=with_next)
        return
    paragraph = word.add_paragraph()
    if block.lead:
        paragraph.add_run(f"{block.lead} ").bold = True
    _line(paragraph, block.text, align=_JUSTIFY, after=6, with_next=with_next)
    paragraph.paragraph_format.first_line_indent = Mm(10)


def _table(word: DocumentType, block: Block) -> None:
    width = len(block.head or block.rows[0])
    table = word.add_table(rows=0, cols=width)
    table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
    if block.head:
        titles = table.add_row()
        for cell, title in zip(titles.cells, block.head, strict=True):
            _fill(cell, [(title, {"size": 12, "bold": True})])
        titles._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in block.rows:
        cells = table.add_row().cells
        for at, (cell, words) in enumerate(zip(cells, row, strict=True)):
            _fill(cell, [(words, {"size": 12, "align": _CENTRE if at in block.middle else _LEFT})])
    for cell in (cell for row in table.rows for cell in row.cells):
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.line_spacing = Pt(15)
    _stays_whole(table)
    word.add_paragraph().paragraph_format.line_spacing = Pt(8)


def _end(word: DocumentType, document: PartyDocument) -> None:
    """Recipients and signatures in one row that stays on one page."""
    word.add_paragraph().paragraph_format.keep_with_next = True
    to_whom = bool(document.recipients) or len(document.signatures) == 1
    many = len(document.signatures) + to_whom
    cells = list(_columns(word, *[165 // many] * many).rows[0].cells) if many else []
    if to_whom:
        lines = [("Nơi nhận:", {"align": _LEFT, "underline": True})] if document.recipients else []
        last = len(document.recipients) - 1
        lines += [
            (f"- {one}{'.' if at == last else ';'}", {"size": 12, "align": _LEFT})
            for at, one in enumerate(document.recipients)
        ]
        _fill(cells.pop(0), lines)
    for cell, one in zip(cells, document.signatures, strict=True):
        _sign(cell, one)


def _sign(cell: _Cell, one: Signature) -> None:
    _fill(cell, [(one.authority, {"bold": True}), (one.post, {}), (one.name, {"bold": True, "before": 74})])
