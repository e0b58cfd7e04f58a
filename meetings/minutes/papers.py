"""Minutes, extracts, resolutions, attendance lists and score sheets on paper: PDF in the Party's layout and a Word file
with the same words."""

import importlib
from collections.abc import Collection
from datetime import date

from django.utils import timezone

from common.party_blocks import Block, Body, as_html
from common.party_documents import PartyDocument, Signature, issuer_of, render_party_pdf, signature_of, symbol_of
from common.ui.numbers import vi_number

from ..enums import HERE, MEMBERS_OF_THE_MEETING, Presence
from ..models import Meeting
from ..rules.counting import count, percent
from ..rules.scoring import Sheet
from ..votes.enums import Choice
from .content import content_of, digest_of
from .enums import DocumentType, MinutesState
from .models import IssuedDocument, Minutes, Score

_ORDER = "abcdefghijklmnopqrstuvwxyz"


def pdf(document: PartyDocument, blocks: list[Block]) -> bytes:
    return render_party_pdf(document, as_html(blocks))


def docx(document: PartyDocument, blocks: list[Block]) -> bytes:
    # Its library is loaded when the first Word file is asked for, like that of the PDF.
    return importlib.import_module("common.party_docx").render_party_docx(document, blocks)


# ---- minutes --------------------------------------------------------------------------------------------------------


def content_for(meeting: Meeting, record: Minutes) -> dict:
    """As they were signed, or as they stand now."""
    return record.content if record.state == MinutesState.APPROVED else content_of(meeting, record)


def minutes_paper(meeting: Meeting, record: Minutes, content: dict | None = None) -> tuple[PartyDocument, list[Block]]:
    content = content or content_for(meeting, record)
    is_final = record.state == MinutesState.APPROVED
    number = _number_of(meeting) if is_final else 0
    document = _minutes_document(
        content,
        number=number,
        signatures=_signatures(content, record),
        draft="" if is_final else "Dự thảo",
        foot=_foot(record) if is_final else f"Bản dự thảo, mã nội dung {digest_of(content)[:16]}.",
    )
    return document, minutes_blocks(content)


def _signatures(content: dict, record: Minutes) -> tuple[Signature, ...]:
    """Who signed in another's place stands there by his own name, and says so."""

    def one(title: str, name: str, stand_in: str, signer) -> Signature:
        return Signature(f"KÝ THAY {title}", "", signer.full_name) if stand_in else Signature(title, "", name)

    return (
        one("NGƯỜI GHI BIÊN BẢN", content["clerk"]["name"], record.clerk_stand_in, record.clerk_signed_by),
        one("CHỦ TRÌ HỘI NGHỊ", content["chair"]["name"], record.chair_stand_in, record.chair_signed_by),
    )


def _number_of(meeting: Meeting) -> int:
    found = IssuedDocument.objects.filter(meeting=meeting, type=DocumentType.MINUTES).values_list("number", flat=True)
    return found.first() or 0


def _minutes_document(content: dict, **more) -> PartyDocument:
    given = {
        "type_name": "Biên bản",
        "subject": content["subject"],
        "signatures": (
            Signature("NGƯỜI GHI BIÊN BẢN", "", content["clerk"]["name"]),
            Signature("CHỦ TRÌ HỘI NGHỊ", "", content["chair"]["name"]),
        ),
    } | more
    return PartyDocument(
        parent=content["parent"],
        issuer=issuer_of(content["unit"]),
        symbol=symbol_of("BB", content["unit"]),
        **given,
    )


def _foot(record: Minutes) -> str:
    signed = []
    for what, at, stand_in in (
        ("thư ký", record.clerk_signed_at, record.clerk_stand_in),
        ("chủ trì", record.chair_signed_at, record.chair_stand_in),
    ):
        if at:
            in_place = f" ({stand_in})" if stand_in else ""
            signed.append(f"{what} {timezone.localtime(at):%H:%M %d/%m/%Y}{in_place}")
    words = f"Ký trên Sổ tay đảng viên điện tử: {', '.join(signed)}. " if signed else ""
    return f"{words}Mã nội dung (SHA-256): {record.digest}"


def minutes_blocks(content: dict) -> list[Block]:
    body = Body()
    online = " và trực tuyến" if content["online"] else ""
    body.text(
        f"Hôm nay, hồi {content['began']}, tại {content['place']}{online}, {content['unit']} tổ chức {_what(content)}."
    )
    _composition(body, content)
    body.heading("Nội dung và diễn biến")
    if content["last"]:
        body.text(f"Hội nghị bắt đầu từ biên bản đã khóa: {content['last']['title']}, ngày {content['last']['day']}.")
    body.lines(content["opening"])
    for number, item in enumerate(content["items"], start=1):
        _item(body, number, item, content["tasks"])
    if content["votes"]:
        body.heading("Biểu quyết")
        for number, vote in enumerate(content["votes"], start=1):
            _vote(body, number, vote)
    if content["conclusions"]:
        body.heading("Kết luận, phân công nhiệm vụ")
        _conclusions(body, content["conclusions"])
    if content["score"]:
        body.heading("Tự chấm điểm buổi sinh hoạt")
        score = content["score"]
        body.text(f"Hội nghị thống nhất {score['total']}/{score['most']} điểm, xếp loại {score['grade']}.")
    body.lines(content["closing"])
    if content["ended"]:
        body.text(f"Biên bản đã được thông qua hội nghị. Hội nghị kết thúc hồi {content['ended']}.")
    return body.blocks


def _what(content: dict) -> str:
    topic = f" với chuyên đề “{content['topic']}”" if content["topic"] else ""
    return content["subject"] + topic


def _composition(body: Body, content: dict) -> None:
    n, people = content["counts"], content["people"]
    body.heading("Thành phần")
    body.text(
        f"{n['total']} đồng chí, trong đó chính thức {n['official']}, dự bị {n['probationary']}."
        + (f" Sinh hoạt tạm thời tại đây: {n['temporary']}." if n["temporary"] else ""),
        lead="1. Tổng số đảng viên:",
    )
    body.text(f"{n['exempt']} đồng chí được miễn sinh hoạt; {n['away']} đồng chí sinh hoạt tạm thời ở nơi khác.")
    body.text(f"{n['expected']} đồng chí.", lead="2. Số phải dự:")
    online = f", trong đó dự trực tuyến {n['online']}" if n["online"] else ""
    body.text(
        f"{n['here']} đồng chí (chính thức {n['here_official']}, dự bị {n['here_probationary']}, "
        f"sinh hoạt tạm thời {n['here_temporary']}){online}; đạt {n['percent'] or '0%'}.",
        lead="3. Có mặt:",
    )
    for key, words in (("late", "Đến muộn"), ("left", "Về sớm")):
        if people.get(key):
            named = "; ".join(f"{name} ({hour})" for name, hour in people[key])
            body.text(f"{words}: {named}.")
    excused = people.get("excused", [])
    listed = "; ".join(f"{name} ({reason})" if reason else name for name, reason in excused)
    body.text(f"{n['excused']} đồng chí{f': {listed}' if listed else ''}.", lead="4. Vắng có lý do:")
    unexcused = people.get("unexcused", [])
    listed = "; ".join(unexcused)
    body.text(f"{n['unexcused']} đồng chí{f': {listed}' if listed else ''}.", lead="5. Vắng không lý do:")
    if people.get("unknown"):
        body.text(f"{len(people['unknown'])} đồng chí: {'; '.join(people['unknown'])}.", lead="Chưa điểm danh:")
    if people.get("suspended"):
        body.text(f"Bị đình chỉ sinh hoạt: {'; '.join(people['suspended'])}.")
    body.text(f"{content['quorum']}", lead="6. Điều kiện họp:")
    body.text(f"{_person(content['chair'])}. Thư ký: {_person(content['clerk'])}.", lead="7. Chủ trì:")
    if people.get("superiors"):
        body.text(f"{'; '.join(people['superiors'])}.", lead="8. Đại biểu cấp trên:")
    if people.get("guests"):
        body.text(f"{'; '.join(people['guests'])}.", lead="Khách mời:")


def _person(who: dict) -> str:
    if not who["name"]:
        return "(chưa có)"
    return f"đồng chí {who['name']}" + (f", {who['post']}" if who["post"] else "")


def _item(body: Body, number: int, item: dict, tasks: list[dict]) -> None:
    body.sub(f"{number}. {item['title']}")
    if item["speaker"]:
        body.text(f"Đồng chí {item['speaker']} trình bày.")
    body.lines(item["notes"])
    if item["marks"] == "tasks" and tasks:
        body.table(
            ("TT", "Nhiệm vụ", "Người thực hiện", "Thời hạn", "Tình trạng"),
            [
                (str(at), task["title"], task["owner"], task["due"], task["state"])
                for at, task in enumerate(tasks, start=1)
            ],
            middle=(0, 3),
        )
    for name, words, before in item["opinions"]:
        body.text(words, lead=f"- Đồng chí {name}{' (gửi trước cuộc họp)' if before else ''}:")
    if item["conclusion"]:
        body.text(item["conclusion"], lead="Kết luận:")


_CHOICES = {choice.value: str(choice.label) for choice in Choice}


def _vote(body: Body, number: int, vote: dict) -> None:
    body.sub(f"{number}. {vote['title']}")
    result = vote["result"]
    body.text(f"{vote['matter']}. Hình thức: {vote['ballot'][:1].lower()}{vote['ballot'][1:]}.")
    if vote["text"]:
        body.lines(vote["text"])
    if vote["board"]:
        body.text(f"Ban kiểm phiếu: {vote['board']}.")
    if "totals" in result:
        body.table(
            ("Có mặt", *_CHOICES.values(), "Không biểu quyết", "Tỷ lệ tán thành"),
            [
                (
                    str(result["here"]),
                    *(str(result["totals"].get(choice, 0)) for choice in _CHOICES),
                    str(result["not_voted"]),
                    percent(result["totals"]["agree"], result["base"]) or "0%",
                )
            ],
            middle=range(6),
        )
    else:
        body.table(
            ("Số", "Họ và tên", "Số phiếu", "Tỷ lệ", "Kết quả"),
            [
                (
                    key,
                    name,
                    str(result["votes"].get(key, 0)),
                    percent(result["votes"].get(key, 0), result["base"]) or "0%",
                    "Trúng cử" if int(key) in result["elected"] else "",
                )
                for key, name in vote["candidates"].items()
            ],
            middle=(0, 2, 3, 4),
        )
    if vote["secret"]:
        valid = result["electronic"] + result["papers"] - result["invalid"]
        body.text(
            f"Phiếu trên Sổ tay {result['electronic']}, bằng số người đã bỏ phiếu trên Sổ tay; phiếu giấy phát ra "
            f"{result['papers_given']}, thu về {result['papers']}. Hợp lệ {valid}, không hợp lệ {result['invalid']}."
        )
        if result.get("small"):
            body.text("Số phiếu rất ít: kết quả đồng nhất có thể cho biết ý kiến của từng người.")
    for choice, names in vote["names"].items():
        body.text(f"{'; '.join(names)}.", lead=f"{_CHOICES[choice]}:")
    body.text(result["sentence"], lead="Kết quả:")


def _conclusions(body: Body, conclusions: list[dict]) -> None:
    given = [one for one in conclusions if one["owner"]]
    for number, one in enumerate((one for one in conclusions if not one["owner"]), start=1):
        body.text(one["text"], lead=f"{number}.")
    if given:
        body.table(
            ("TT", "Nhiệm vụ", "Người thực hiện", "Thời hạn"),
            [(str(at), one["text"], one["owner"], one["due"]) for at, one in enumerate(given, start=1)],
            middle=(0, 3),
        )


# ---- extract --------------------------------------------------------------------------------------------------------


def extract_paper(
    meeting: Meeting, record: Minutes, items: Collection[int], votes: Collection[int]
) -> tuple[PartyDocument, list[Block]]:
    """Trích biên bản: the head of the minutes and the chosen items and votes, by their places."""
    content = record.content
    body = Body()
    body.text(f"Trích biên bản {_what(content)} của {content['unit']}, hồi {content['began']}, tại {content['place']}.")
    n = content["counts"]
    body.text(f"Có mặt {n['here']}/{n['expected']} đồng chí phải dự, chính thức {n['here_official']}/{n['official']}.")
    body.text(f"Chủ trì: {_person(content['chair'])}. Thư ký: {_person(content['clerk'])}.")
    chosen = [item for at, item in enumerate(content["items"]) if at in items]
    if chosen:
        body.heading("Nội dung")
        for number, item in enumerate(chosen, start=1):
            _item(body, number, item, content["tasks"])
    chosen = [vote for at, vote in enumerate(content["votes"]) if at in votes]
    if chosen:
        body.heading("Biểu quyết")
        for number, vote in enumerate(chosen, start=1):
            _vote(body, number, vote)
    signer = content["chair"]
    document = _minutes_document(
        content,
        type_name="Trích biên bản",
        number=_number_of(meeting),
        signatures=(signature_of(content["unit"], signer["post"] or "Bí thư", signer["name"]),),
        recipients=("Như trên", f"Lưu {_kept_by(content)}"),
        foot=f"Trích từ biên bản có mã nội dung (SHA-256): {record.digest}",
    )
    return document, body.blocks


def _kept_by(content: dict) -> str:
    body = " ".join(issuer_of(content["unit"]).split()[:2])
    return body[:1].lower() + body[1:]


# ---- issued documents -----------------------------------------------------------------------------------------------


def issued_paper(
    content: dict, kind: str, *, number: int = 0, digest: str = "", draft: str = ""
) -> tuple[PartyDocument, list[Block]]:
    """A resolution, conclusion or notice from its data; without a number a draft."""
    body = Body()
    parts = content["parts"]
    for title, words in parts:
        if len(parts) > 1 or title:
            body.heading(title)
        body.lines(words)
    if content["vote"]:
        body.text(f"{content['type']} {content['vote']}.")
    document = PartyDocument(
        parent=content["parent"],
        issuer=content["issuer"],
        type_name=content["type"],
        symbol=content["symbol"],
        subject=content["subject"],
        place=content["place"] or "………………",
        day=date.fromisoformat(content["day"]),
        number=number,
        signatures=(signature_of(content["unit"], content["signer"]["post"], content["signer"]["name"]),),
        recipients=content["recipients"],
        draft=draft,
        foot=f"Mã nội dung (SHA-256): {digest}" if digest else "",
    )
    return document, body.blocks


def paper_of(issued: IssuedDocument) -> tuple[PartyDocument, list[Block]]:
    return issued_paper(issued.content, issued.type, number=issued.number, digest=issued.digest)


# ---- attendance -----------------------------------------------------------------------------------------------------


def attendance_paper(meeting: Meeting) -> tuple[PartyDocument, list[Block]]:
    people = list(meeting.attendees.all())
    counted = count(people)
    day = timezone.localtime(meeting.began_at or meeting.starts_at)
    body = Body()
    body.text(
        f"{meeting.title}, {day:%H:%M} ngày {day:%d/%m/%Y}, tại {meeting.place}. "
        f"Có mặt {counted.here}/{counted.expected} đồng chí phải dự ({counted.percent or '0%'})."
    )
    rows = [one for one in people if one.capacity in MEMBERS_OF_THE_MEETING]
    body.table(
        ("TT", "Họ và tên", "Tư cách", "Điểm danh", "Ghi chú"),
        [
            (str(at), one.full_name, _capacity(one), _presence(one), _remark(one))
            for at, one in enumerate(rows, start=1)
        ],
        middle=(0,),
    )
    others = [one for one in people if one.capacity not in MEMBERS_OF_THE_MEETING]
    if others:
        body.sub("Đại biểu, khách mời")
        body.table(
            ("TT", "Họ và tên", "Chức vụ, đơn vị", "Điểm danh"),
            [(str(at), one.full_name, one.about, _presence(one)) for at, one in enumerate(others, start=1)],
            middle=(0,),
        )
    chair, clerk = meeting.chair, meeting.clerk
    document = PartyDocument(
        parent=meeting.unit.parent.name if meeting.unit.parent else "",
        issuer=issuer_of(meeting.unit.name),
        type_name="Danh sách dự họp",
        symbol="",
        subject=meeting.title,
        with_number=False,
        signatures=(
            Signature("NGƯỜI GHI BIÊN BẢN", "", clerk.full_name if clerk else ""),
            Signature("CHỦ TRÌ HỘI NGHỊ", "", chair.full_name if chair else ""),
        ),
    )
    return document, body.blocks


_CAPACITY = {"official": "Chính thức", "probationary": "Dự bị", "temporary": "Sinh hoạt tạm thời"}
_DUTY = {"may_come": "Miễn sinh hoạt", "away": "Sinh hoạt nơi khác", "suspended": "Đình chỉ sinh hoạt"}


def _capacity(one) -> str:
    return _CAPACITY[one.capacity]


def _presence(one) -> str:
    if one.presence == Presence.UNKNOWN and one.duty in _DUTY:
        return _DUTY[one.duty]
    return str(one.get_presence_display())


def _remark(one) -> str:
    said = []
    if one.presence in HERE:
        said += [f"đến {one.arrived_at:%H:%M}"] if one.arrived_at else []
        said += [f"về {one.left_at:%H:%M}"] if one.left_at else []
    elif one.presence == Presence.EXCUSED:
        said.append(one.absence_reason or one.answer_reason)
    return ", ".join(said)


# ---- score ----------------------------------------------------------------------------------------------------------


def score_paper(meeting: Meeting, score: Score, sheet: Sheet) -> tuple[PartyDocument, list[Block]]:
    body = Body()
    day = timezone.localtime(meeting.began_at)
    body.text(f"{meeting.title}, ngày {day:%d/%m/%Y}. Chấm theo {sheet.source}.")
    rows = []
    for number, criterion in enumerate(sheet.criteria, start=1):
        got = sum(score.points.get(item.key, {}).get("points") or 0 for item in criterion.items)
        rows.append((str(number), criterion.title.upper(), str(criterion.most), str(got), ""))
        for letter, item in zip(_ORDER, criterion.items, strict=False):
            row = score.points.get(item.key, {})
            given = row.get("points")
            why = ". ".join(one.rstrip(".") for one in (row.get("evidence"), row.get("reason")) if one)
            rows.append((f"{number}{letter}", item.title, str(item.most), "" if given is None else str(given), why))
    rows.append(("", "CỘNG", str(sheet.most), vi_number(score.total), ""))
    body.table(("TT", "Nội dung", "Điểm tối đa", "Điểm chấm", "Căn cứ"), rows, middle=(0, 2, 3))
    grade = sheet.grade_named(score.grade)
    body.text(f"Xếp loại: {grade.name if grade else 'chưa thống nhất'}. {score.get_state_display()}.")
    document = PartyDocument(
        parent=meeting.unit.parent.name if meeting.unit.parent else "",
        issuer=issuer_of(meeting.unit.name),
        type_name="Phiếu đánh giá",
        symbol="",
        subject=f"chất lượng {meeting.title[:1].lower()}{meeting.title[1:]}",
        with_number=False,
        draft="" if grade else "Dự thảo",
        signatures=(signature_of(meeting.unit.name, "Bí thư"),),
    )
    return document, body.blocks
