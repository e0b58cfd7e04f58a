"""Biên bản kiểm phiếu (domain.md §6.4): totals alone, in the Party's layout."""

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe

from common.party_documents import PartyDocument, Signature, day_in_words, render_party_pdf

from ..rules.catalogue import matters
from .enums import BallotKind
from .models import Candidate, Vote
from .presenting import lines_of, standings_of


def ballot_minutes_pdf(vote: Vote, candidates: list[Candidate]) -> bytes:
    """Of a secret vote that is closed. Raises RuleViolation where the machine cannot make PDFs."""
    meeting, result = vote.meeting, vote.result
    unit = meeting.unit
    is_election = vote.ballot == BallotKind.ELECTION
    board = [name.strip() for name in vote.counting_board.split(",") if name.strip()]
    rows = standings_of(vote, candidates) if is_election else []
    cast = result["electronic"] + result["papers"]
    body = render_to_string(
        "meetings/votes/ballot_minutes_pdf.html",
        {
            "vote": vote,
            "meeting": meeting,
            "result": result,
            "day": day_in_words(timezone.localdate(vote.closed_at)),
            "hour": timezone.localtime(vote.closed_at),
            "board": board,
            "base": f"{vote.base} ({matters()[vote.matter].base_words})",
            "absent": max(result.get("official", vote.here) - vote.here, 0),
            "issued": result["electronic"] + result["papers_given"],
            "returned": cast,
            "valid": cast - result["invalid"],
            "rows": rows,
            "elected": sorted((row for row in rows if row.elected), key=lambda row: -row.votes),
            "lines": [] if is_election else lines_of(result),
        },
    )
    document = PartyDocument(
        parent=unit.parent.name if unit.parent else "",
        issuer=unit.name,
        type_name="Biên bản",
        symbol="",
        subject=f"kiểm phiếu: {vote.title[:1].lower()}{vote.title[1:]}",
        with_number=False,
        signatures=[
            Signature("CHỦ TRÌ HỘI NGHỊ", "", meeting.chair.full_name if meeting.chair else ""),
            Signature("T/M BAN KIỂM PHIẾU", "TRƯỞNG BAN", board[0] if board else ""),
        ],
    )
    return render_party_pdf(document, mark_safe(body))
