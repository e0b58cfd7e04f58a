"""What a rejection says, for who mends the report, and what he changed, for who looks at it again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from ..definitions import answers_of, definition_of
from ..enums import EventKind, ReportState
from ..forms import Answers
from ..forms.reading import Change, changes_between, names_of_paths
from ..models import Report, ReportEvent, ReportVersion

_REFUSED = (EventKind.REJECTED, EventKind.UNAPPROVED)
_SENT = (EventKind.SENT, EventKind.RESENT)


@dataclass(frozen=True)
class Point:
    """A field or a row that the rejection points at, as it was called in the version that was rejected."""

    path: str
    label: str


@dataclass(frozen=True)
class Rejection:
    """Why a version went back to the unit."""

    reason: str
    by: str
    at: datetime
    version: int
    unapproved: bool
    points: tuple[Point, ...]

    @cached_property
    def paths(self) -> frozenset[str]:
        return frozenset(point.path for point in self.points)

    def points_at(self, path: str) -> bool:
        """The field itself, or the row in which it stands."""
        return path in self.paths or any(path.startswith(f"{row}.") for row in self.paths)


def rejection_of(report: Report) -> Rejection | None:
    """The rejection that the unit is mending now: of the version sent last, while it is not sent again. At most two
    queries, none for a report that was never sent."""
    if report.state not in {ReportState.REJECTED, ReportState.DRAFT} or not report.version:
        return None
    kinds = (*_REFUSED, *_SENT, EventKind.WITHDRAWN)
    event = report.events.filter(kind__in=kinds).select_related("made_by").order_by("-pk").first()
    if event is None or event.kind not in _REFUSED:
        return None
    names = {}
    if event.paths:
        version = ReportVersion.objects.get(report_id=report.pk, number=event.version)
        names = names_of_paths(definition_of(report), Answers.from_json(version.answers, definition_of(report)))
    return Rejection(
        event.reason,
        event.made_by.full_name if event.made_by else "",
        event.made_at,
        event.version,
        event.kind == EventKind.UNAPPROVED,
        tuple(Point(path, names[path]) for path in event.paths if path in names),
    )


@dataclass(frozen=True)
class Mended:
    """What is another in this version than in the one that was rejected last."""

    since_version: int
    reason: str
    changes: list[Change]
    asked: frozenset[str]
    untouched: list[str]


def mended_since_rejection(report: Report, events: Iterable[ReportEvent]) -> Mended | None:
    """For who looks at a version sent again; `events` are the report's, the newest first. One query."""
    refused = next((e for e in events if e.kind in _REFUSED and e.version < report.version), None)
    if refused is None:
        return None
    form = definition_of(report)
    version = ReportVersion.objects.get(report_id=report.pk, number=refused.version)
    old, new = Answers.from_json(version.answers, form), answers_of(report)
    changes = changes_between(form, old, new)
    names = names_of_paths(form, old)
    touched = {change.label for change in changes}
    untouched = [
        names[path]
        for path in refused.paths
        if path in names and not any(label.startswith(names[path]) for label in touched)
    ]
    return Mended(refused.version, refused.reason, changes, frozenset(refused.paths), untouched)
