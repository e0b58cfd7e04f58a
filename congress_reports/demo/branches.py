"""Congresses of branches, nhiệm kỳ 2027–2030, in the middle of their weeks: committees that have handed rights down
hold theirs first, the others later. All days hang on the day of loading."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from random import Random

from notifications.models import Notice

from .. import sample
from ..enums import CongressForm, CongressState, EventKind, ReportState
from ..forms import Answers
from ..forms.bands import BANDS_2025
from ..models import Campaign, Congress, Report
from ..services.campaigns import Owed, make_campaign
from . import words
from .flaws import spoil, unfinished
from .ground import Ground, Place
from .letter import reports_of
from .story import Rows, Story, around, at, held

NAME = "Đại hội chi bộ trực thuộc, nhiệm kỳ 2027–2030"
DAYS_AFTER, OPENED, ENDS = 5, timedelta(days=50), timedelta(days=70)
_AGAIN = 0.8
# How far a unit's report has come, by how long ago its congress was: chances in percent.
_LONG_AGO = {"approved": 67, "in_review": 4, "sent": 6, "rejected": 10, "mending": 4, "draft": 4, "expected": 5}
_LATELY = {
    "approved": 32,
    "in_review": 8,
    "sent": 24,
    "rejected": 14,
    "mending": 5,
    "ready": 6,
    "draft": 6,
    "expected": 5,
}
_JUST_NOW = {"sent": 22, "in_review": 4, "withdrawn": 5, "ready": 15, "draft": 22, "expected": 32}
_THIS_MINUTE = {"draft": 30, "expected": 70}
# In the first committees every state is met, whatever the dice say.
_EACH = ["approved", "sent", "in_review", "rejected", "ready", "draft", "mending", "approved", "expected", "withdrawn"]
_SHOWN = ("DSVN.03", "DSVN.06")


def load_branches(ground: Ground, day: date) -> Campaign:
    campaign = make_campaign(
        top=ground.top,
        name=NAME,
        term="2027-2030",
        opens_on=day - OPENED,
        ends_on=day + ENDS,
        reference_date=(day - OPENED).replace(day=1),
        owed=[Owed("cell", form, days=DAYS_AFTER, deputies_most=1) for form in "ab"],
        actor=None,
    )
    _Telling(ground, campaign, day).tell()
    return campaign


class _Telling:
    def __init__(self, ground: Ground, campaign: Campaign, day: date) -> None:
        self.ground, self.campaign, self.today, self.rows = ground, campaign, day, Rows()
        self.reports: dict[int, dict[str, Report]] = defaultdict(dict)
        for report in reports_of(campaign):
            self.reports[report.unit_id][report.duty.form.code] = report
        self.turn = 0

    def tell(self) -> None:
        self.first = self._first_to_meet()
        for place in self.ground.places.values():
            if place.unit.pk in self.reports:
                self._tell_unit(place)
        self.rows.write()
        self._tell_inboxes()

    def _first_to_meet(self) -> set[int]:
        """Units whose branches have been given their roles."""
        ready: dict[int, list[bool]] = defaultdict(list)
        for place in self.ground.of_kinds("cell"):
            ready[place.unit.parent_id].append(self.ground.works_with_the_handbook(place))
        return {pk for pk, found in ready.items() if sum(found) * 2 >= len(found)}

    def _tell_unit(self, place: Place) -> None:
        rng = Random(f"branches {place.unit.code}")
        above = self.ground.places[place.unit.parent_id]
        # The branches of one committee meet within three weeks.
        begins = Random(f"weeks {above.unit.code}").randint(-40, -19)
        if above.unit.pk not in self.first:
            self._later(place, rng)
            return
        is_shown = any(self.ground.places[pk].unit.code in _SHOWN for pk in (above.unit.pk, *above.unit.ancestor_ids))
        day = self._no_sunday(self.today + timedelta(days=begins + rng.randint(0, 22)))
        if not is_shown and not self.ground.works_with_the_handbook(place):
            day = max(day, self.today - timedelta(days=9))
        if is_shown:
            day = self._no_sunday(self.today - timedelta(days=rng.randint(3, 12)))
            stage, self.turn = _EACH[self.turn % len(_EACH)], self.turn + 1
        elif day >= self.today:
            stage = "planned"
        else:
            stage = self._stage((self.today - day).days, rng)
        if not self.ground.works_with_the_handbook(place):
            stage = "planned" if day >= self.today else "expected"
        if stage == "planned":
            self._plan(place, day, rng)
        else:
            self._meet(place, day, stage, rng, behind=0.25 if not is_shown else stage in {"sent", "in_review", "ready"})

    def _no_sunday(self, day: date) -> date:
        return day - timedelta(days=1) if day.weekday() == 6 else day

    def _stage(self, ago: int, rng: Random) -> str:
        chances = _LONG_AGO if ago >= 9 else _LATELY if ago >= 4 else _JUST_NOW if ago >= 2 else _THIS_MINUTE
        return rng.choices(list(chances), list(chances.values()))[0]

    def _later(self, place: Place, rng: Random) -> None:
        """Most know their day, some not yet, a few put it off."""
        if rng.random() < 0.12:
            self.rows.congresses.append(Congress(campaign=self.campaign, unit=place.unit))
        elif rng.random() < 0.03:
            self._plan(place, self.today + timedelta(days=rng.randint(2, 20)), rng, reason=rng.choice(words.POSTPONED))
        else:
            self._plan(place, self._no_sunday(self.today + timedelta(days=rng.randint(8, 58))), rng)

    def _plan(self, place: Place, day: date, rng: Random, reason: str = "") -> None:
        self.rows.congresses.append(
            Congress(
                campaign=self.campaign,
                unit=place.unit,
                planned_on=day,
                place=words.place_of(place.unit.name, place.committee, place.kind),
                form=CongressForm.ALL_MEMBERS,
                steering=self.ground.steering(place, rng),
                state=CongressState.POSTPONED if reason else CongressState.PLANNED,
                reason=reason,
            )
        )
        for report in self.reports[place.unit.pk].values():
            report.due_on = None if reason else day + timedelta(days=DAYS_AFTER)
            self.rows.reports.append(report)

    def _meet(self, place: Place, day: date, stage: str, rng: Random, *, behind: float) -> None:
        congress = sample.hold(self.ground.unit(place, day, rng, again=1.0), closed_on=day, rng=rng)
        fields = congress.fields
        planned = {"steering": self.ground.steering(place, rng)}
        self.rows.congresses.append(
            held(self.campaign, place.unit.pk, day, fields["congress_form"], fields["place"], **planned)
        )
        elected = {body: len(people) for body, people in congress.elected.items()}
        quality = sample.quality(congress, reference=self.campaign.reference_date, bands=BANDS_2025)
        for code, right in (("a", sample.result(congress)), ("b", quality)):
            # The analysis follows the result, and is seldom ahead of it.
            own = stage if code == "a" or rng.random() >= behind else _BEHIND.get(stage, stage)
            self._tell(place, self.reports[place.unit.pk][code], right, elected, day, own, rng)

    def _tell(
        self, place: Place, report: Report, right: Answers, elected: dict, day: date, stage: str, rng: Random
    ) -> None:
        leaders = self.ground.leaders(place)
        sender, drafter = leaders[0], leaders[1] if rng.random() < 0.7 or stage == "ready" else leaders[0]
        decider = self.ground.decider(place, {sender, drafter})
        code, today = report.duty.form.code, self.today
        report.due_on = day + timedelta(days=DAYS_AFTER)
        story = Story(self.rows, report, around(report, self.campaign, today, elected=elected), rng)
        is_late = report.due_on < today
        if stage == "expected":
            if is_late and rng.random() < 0.2:
                self._see_to_it(story, decider, rng)
            return
        drafted = at(min(today, day + timedelta(days=1)), rng)
        if stage in {"draft", "ready"}:
            drafted = at(min(today - timedelta(days=1), day + timedelta(days=rng.randint(1, 3))), rng)
            story.draft(unfinished(code, right, rng) if stage == "draft" else right, drafter, drafted)
            if stage == "ready":
                story.ready(drafter, drafted + timedelta(minutes=rng.randint(3, 40)))
            elif is_late and rng.random() < 0.5:
                self._see_to_it(story, decider, rng)
            return
        story.draft(right, drafter, drafted)
        if drafter != sender:
            story.ready(drafter, drafted + timedelta(minutes=rng.randint(3, 40)))
        most = max(1, (today - day).days - 1)
        sent = at(day + timedelta(days=min(most, rng.choice((2, 3, 3, 4, 5, 5, 5, 7)))), rng, after=drafted)
        returned = stage in {"rejected", "mending"} or rng.random() < 0.12
        flaw = spoil(code, right, story.passes, rng) if returned else None
        story.send(flaw[0] if flaw else right, sender, sent)
        if stage == "withdrawn":
            story.withdraw(sender, sent + timedelta(minutes=rng.randint(10, 90)))
        elif flaw:
            when = at(min(today - timedelta(days=1), sent.date() + timedelta(days=1)), rng, after=sent)
            story.take(decider, when - timedelta(minutes=rng.randint(6, 19)))
            story.reject(decider, when, flaw[1], flaw[2])
            if stage == "rejected":
                return
            mended = when + timedelta(minutes=rng.randint(40, 300))
            story.draft(flaw[0] if stage == "mending" else right, drafter, mended)
            if stage == "mending":
                return
            sent = mended + timedelta(minutes=rng.randint(4, 60))
            story.send(right, sender, sent)
        self._decide(story, stage, decider, sent, rng)
        story.end()

    def _decide(self, story: Story, stage: str, decider: int, sent: datetime, rng: Random) -> None:
        if stage == "approved":
            decided = at(
                min(self.today - timedelta(days=1), sent.date() + timedelta(days=rng.choice((0, 1, 1, 2)))),
                rng,
                after=sent,
            )
            story.take(decider, decided - timedelta(minutes=rng.randint(4, 19)))
            story.approve(decider, decided)
        elif stage == "in_review":
            story.take(decider, sent + timedelta(minutes=rng.randint(30, 200)))

    def _see_to_it(self, story: Story, decider: int, rng: Random) -> None:
        """More time for a reason, or the superior has called himself."""
        report = story.report
        when = at(self.today - timedelta(days=1), rng)
        if rng.random() < 0.6 or report.due_on >= when.date():
            report.extended_to = self.today + timedelta(days=rng.randint(2, 7))
            story.note(EventKind.EXTENDED, decider, when, rng.choice(words.BUSY))
        else:
            report.escalated_by_id, report.escalated_at = decider, when
            story.note(EventKind.ESCALATED, decider, when)

    def _tell_inboxes(self) -> None:
        """What the steps of the last weeks have told, as the services word it; older lines have been read."""
        notices = []
        for event in sorted(self.rows.events, key=lambda one: one.made_at):
            report = event.report
            what, unit = report.duty.form.short, report.unit.name
            if event.kind in {EventKind.SENT, EventKind.RESENT}:
                again = f", lần {event.version}" if event.version > 1 else ""
                to, kind = self.ground.leaders(self.ground.places[report.unit.parent_id])[0], "reports.to_approve"
                text = f"{unit} gửi báo cáo {what}{again}, chờ đồng chí phê duyệt."
                done = report.state not in {ReportState.SENT, ReportState.IN_REVIEW}
            elif event.kind == EventKind.APPROVED:
                to, kind, done = report.sent_by_id, "reports.decided", True
                text = f"Báo cáo {what} của {unit} đã được phê duyệt."
            elif event.kind == EventKind.REJECTED:
                to, kind, done = report.sent_by_id, "reports.decided", report.state != ReportState.REJECTED
                text = f"Báo cáo {what} của {unit} bị từ chối: {event.reason}"
            else:
                continue
            notices.append(
                Notice(
                    user_id=to,
                    kind=kind,
                    text=text[:500],
                    url=report.get_absolute_url(),
                    unit_id=report.unit_id,
                    created_at=event.made_at,
                    read_at=event.made_at + timedelta(hours=2) if done else None,
                )
            )
        Notice.objects.bulk_create(notices, batch_size=1000)


# Where the analysis stands when it is behind the result.
_BEHIND = {
    "approved": "sent", "in_review": "sent", "sent": "draft", "rejected": "sent", "ready": "expected",
    "draft": "expected", "mending": "draft",
}  # fmt: skip
