"""Giấy mời on paper, and the meeting as a calendar reads it."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import salted_hmac
from icalendar import Calendar, Event, vText

from common.party_documents import PartyDocument, issuer_of, render_party_pdfs, signature_of, symbol_of

from .enums import AgendaPart, MeetingState
from .models import Attendee, Meeting
from .presenting import day_in_words
from .rules.catalogue import template_of
from .selectors.meetings import secretary_of

_BLANK = "………………"  # where the unit writes from is nowhere in the lists
_DEAD = (MeetingState.CANCELLED, MeetingState.POSTPONED)


def invitations_pdf(meeting: Meeting, lines: Sequence[Attendee]) -> bytes:
    """One page for each of them, in one file."""
    start = timezone.localtime(meeting.starts_at)
    # Of the order of work only what is met for: the formalities would fill the page.
    items = list(meeting.items.filter(part=AgendaPart.MAIN)) or list(meeting.items.all())
    secretary = secretary_of(meeting.unit)
    sheets = []
    for line in lines:
        document = PartyDocument(
            parent=meeting.unit.parent.name if meeting.unit.parent else "",
            issuer=issuer_of(meeting.unit.name),
            type_name="Giấy mời",
            symbol=symbol_of("GM", meeting.unit.name),
            subject=f"dự {_lower(template_of(meeting.kind).title)}",
            place=_BLANK,
            day=timezone.localtime(meeting.announced_at).date() if meeting.announced_at else None,
            signatures=[signature_of(meeting.unit.name, "Bí thư", secretary)],
            recipients=["Như trên", f"Lưu {meeting.unit.name}"],
        )
        body = render_to_string(
            "meetings/printed/invitation.html",
            {
                "meeting": meeting,
                "line": line,
                "issuer": issuer_of(meeting.unit.name),
                "hour": f"{start:%H} giờ {start:%M}",
                "day": day_in_words(start),
                "items": items,
            },
        )
        sheets.append((document, body))
    return render_party_pdfs(sheets)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def calendar_of(meetings: Iterable[Meeting], *, full: bool) -> bytes:
    """`full` for one who is signed in and takes his own meeting along; a feed, whose address may get about, tells kind,
    hour and place alone."""
    found = Calendar()
    found.add("prodid", "-//So tay dang vien//VI")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    if not full:
        found.add("x-wr-calname", "Sinh hoạt đảng")
        found.add("refresh-interval", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for meeting in meetings:
        found.add_component(_event(meeting, full=full))
    return found.to_ical()


def _event(meeting: Meeting, *, full: bool) -> Event:
    event = Event()
    # The same in each reading, and no number of ours.
    event.add("uid", f"{salted_hmac('meetings.calendar', str(meeting.pk)).hexdigest()[:24]}@so-tay")
    event.add("dtstamp", timezone.now())
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.starts_at + timedelta(minutes=meeting.minutes))
    event.add("summary", meeting.title if full else meeting.get_kind_display())
    event["location"] = vText(meeting.place)
    event.add("sequence", meeting.revision)
    event.add("status", "CANCELLED" if meeting.state in _DEAD else "CONFIRMED")
    if full:
        event.add("url", f"{settings.PUBLIC_ADDRESS}{meeting.get_absolute_url()}")
    return event
