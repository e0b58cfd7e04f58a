"""The story of one report as rows: who drafted, sent, took and decided it when. Nothing is written here before
`Rows.write`, which writes all of them in a few statements."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from random import Random

import pgtrigger
from django.utils import timezone

from orgtree.models import CommitteeTerm

from ..definitions import definition_of, figures_of
from ..enums import CongressState, EventKind, ReportState
from ..forms import Answers, RuleLevel, Surroundings, check
from ..forms.rules import unexcused
from ..models import Campaign, Congress, ElectedPerson, Report, ReportEvent, ReportVersion
from ..services.deadlines import days_late, last_day
from . import words

_BATCH = 300
_WRITTEN = [
    "state", "due_on", "extended_to", "answers", "revision", "saved_by", "saved_at", "version", "figures", "drafted_by",
    "ready_by", "ready_at", "sent_by", "sent_at", "late_days", "has_soft_findings", "incomplete_reason", "taken_by",
    "taken_at", "decided_by", "decided_at", "reason", "escalated_by", "escalated_at",
]  # fmt: skip


def at(day: date, rng: Random, *, after: datetime | None = None) -> datetime:
    """Some minute of the working day; never before what it follows, nor right upon it."""
    found = timezone.make_aware(datetime.combine(day, time(rng.randint(8, 16), rng.randint(0, 59), rng.randint(0, 59))))
    if after is not None and found < after + timedelta(minutes=20):
        found = after + timedelta(minutes=rng.randint(25, 140))
    return found


class Rows:
    """What is to be written."""

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self.versions: list[ReportVersion] = []
        self.events: list[ReportEvent] = []
        self.elected: list[ElectedPerson] = []
        self.congresses: list[Congress] = []
        self.terms: list[CommitteeTerm] = []

    def write(self) -> None:
        """In the order of what rests on what. The trigger that knows the steps of a report's way is passed over: here
        a whole way is one row. The one that counts the totals is not."""
        Congress.objects.bulk_create(self.congresses, batch_size=1000)
        with pgtrigger.ignore("congress_reports.Report:only_known_steps"):
            Report.objects.bulk_create(
                self.reports, batch_size=_BATCH, update_conflicts=True, unique_fields=["id"], update_fields=_WRITTEN
            )
        ReportVersion.objects.bulk_create(self.versions, batch_size=_BATCH)
        ReportEvent.objects.bulk_create(sorted(self.events, key=lambda one: one.made_at), batch_size=2000)
        ElectedPerson.objects.bulk_create(self.elected, batch_size=2000)
        CommitteeTerm.objects.bulk_create(self.terms, batch_size=1000)


class Story:
    """Told in the order in which it happened; each step sets what the services would set."""

    def __init__(self, rows: Rows, report: Report, around: Surroundings, rng: Random) -> None:
        self.rows, self.report, self.around, self.rng = rows, report, around, rng
        self.form = definition_of(report)
        rows.reports.append(report)

    def note(
        self, kind: EventKind, who: int | None, when: datetime, reason: str = "", paths: Iterable[str] = ()
    ) -> None:
        self.rows.events.append(
            ReportEvent(
                report=self.report,
                kind=kind,
                version=self.report.version,
                made_by_id=who,
                made_at=when,
                reason=reason,
                paths=list(paths),
            )
        )

    def passes(self, answers: Answers) -> bool:
        return not any(one.is_hard for one in check(self.form, answers, self.around))

    def draft(self, answers: Answers, who: int, when: datetime) -> None:
        report = self.report
        if report.state != ReportState.DRAFT:
            report.drafted_by_id = who
        report.state, report.answers = ReportState.DRAFT, answers.as_json()
        report.revision += self.rng.randint(4, 18)
        report.saved_by_id, report.saved_at = who, when
        self.note(EventKind.DRAFTED, who, when)

    def ready(self, who: int, when: datetime) -> None:
        self.report.ready_by_id, self.report.ready_at = who, when
        self.note(EventKind.READY, who, when)

    def send(self, answers: Answers, who: int, when: datetime, *, incomplete: str = "") -> None:
        """Raises where a rule would have stopped it: an invented report is held to what a typed one is."""
        report = self.report
        findings = check(self.form, answers, self.around)
        answers.reasons = {one.key: words.EXCUSES[one.rule] for one in findings if one.rule in words.EXCUSES}
        if standing := unexcused(findings, answers.reasons):
            raise ValueError(f"{report.unit.name}, {self.form.code}: {standing[0].message}")
        soft = [one for one in findings if one.level == RuleLevel.SOFT]
        report.state, report.answers, report.version = ReportState.SENT, answers.as_json(), report.version + 1
        report.sent_by_id, report.sent_at = who, when
        report.due_on = last_day(report.duty, answers.fields.get("closed_on")) or report.due_on
        report.late_days = days_late(report, timezone.localdate(when))
        report.figures = figures_of(self.form, answers)
        report.has_soft_findings, report.incomplete_reason = bool(soft), incomplete
        report.reason, report.decided_by_id, report.decided_at = "", None, None
        report.ready_by_id = report.ready_at = None
        body = json.dumps(report.answers, ensure_ascii=False, sort_keys=True)
        self.rows.versions.append(
            ReportVersion(
                report=report,
                number=report.version,
                form_version=self.form.version,
                answers=report.answers,
                findings=[
                    {
                        "rule": one.rule,
                        "message": one.message,
                        "paths": list(one.paths),
                        "reason": answers.reasons.get(one.key, ""),
                    }
                    for one in soft
                ],
                sent_by_id=who,
                sent_at=when,
                digest=hashlib.sha256(body.encode()).hexdigest(),
            )
        )
        self.sent = answers
        self.note(EventKind.RESENT if report.version > 1 else EventKind.SENT, who, when, incomplete)

    def take(self, who: int, when: datetime) -> None:
        self.report.state, self.report.taken_by_id, self.report.taken_at = ReportState.IN_REVIEW, who, when
        self.note(EventKind.TAKEN, who, when)

    def withdraw(self, who: int, when: datetime) -> None:
        self.report.state, self.report.figures = ReportState.DRAFT, []
        self.note(EventKind.WITHDRAWN, who, when)

    def approve(self, who: int, when: datetime) -> None:
        report = self.report
        report.state, report.decided_by_id, report.decided_at = ReportState.APPROVED, who, when
        report.taken_by_id = report.taken_at = None
        self.note(EventKind.APPROVED, who, when)

    def reject(self, who: int, when: datetime, reason: str, paths: list[str]) -> None:
        report = self.report
        report.state, report.decided_by_id, report.decided_at, report.reason = ReportState.REJECTED, who, when, reason
        report.taken_by_id = report.taken_at = None
        report.figures = []
        self.note(EventKind.REJECTED, who, when, reason, paths)

    def end(self) -> None:
        """What stands beside a report that counts: who was elected."""
        if self.report.figures:
            self.rows.elected += [
                ElectedPerson(
                    report=self.report,
                    body=one.body,
                    full_name=person.name,
                    birth_year=person.birth_year,
                    member_id=person.member_id,
                    votes=person.votes,
                    base=one.fields["base"],
                    round_no=one.fields["round_no"],
                )
                for one in self.sent.rounds
                for person in one.candidates
                if person.elected
            ]


def around(report: Report, campaign: Campaign, day: date, **given: object) -> Surroundings:
    """As `definitions.surroundings_of`, of what is not written yet."""
    return Surroundings(
        today=day,
        campaign_opens=campaign.opens_on,
        campaign_ends=campaign.ends_on,
        is_branch=report.unit.kind.holds_members,
        reference_date=campaign.reference_date,
        deputies_most=report.duty.deputies_most,
        young_below=campaign.young_below,
        **given,
    )


def held(campaign: Campaign, unit_id: int, day: date, form: str, place: str, **given: object) -> Congress:
    return Congress(
        campaign=campaign,
        unit_id=unit_id,
        planned_on=day,
        place=place,
        form=form,
        state=CongressState.HELD,
        held_on=day,
        **given,
    )
