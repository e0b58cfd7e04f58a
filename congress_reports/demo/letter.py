"""Letter 000's campaign, nhiệm kỳ 2025–2030, closed on the day of the corporation's own congress. The congress of
Đảng bộ Chi nhánh Khai thác đường sắt Sài Gòn is the real one: 25/4/2025, 80 delegates for 136 members."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from random import Random

from django.db.models import QuerySet

from orgtree.models import CommitteeTerm, OrgUnit

from .. import sample
from ..enums import EventKind
from ..forms import Answers
from ..forms.bands import BANDS_2025
from ..models import Campaign, Report
from ..services.campaigns import make_campaign, owed_by_letter_000
from . import words
from .flaws import spoil
from .ground import Ground, Place
from .story import Rows, Story, around, at, held

NAME = "Đại hội đảng bộ các cấp tiến tới Đại hội Đảng bộ Tổng công ty lần thứ XIII, nhiệm kỳ 2025–2030"
OPENS, BEFORE, CLOSES = date(2025, 2, 18), date(2025, 4, 20), date(2025, 8, 7)
REFERENCE = date(2025, 4, 1)
SAIGON, SAIGON_DAY, SAIGON_MEMBERS, SAIGON_DELEGATES = "DSVN.12", date(2025, 4, 25), 136, 80
# The software was opened to the units with the letter, in April.
_REPORTS_FROM = date(2025, 4, 7)
# Hùng Vương, 30/4, 1/5.
_HOLIDAYS = {date(2025, 4, 7), date(2025, 4, 30), date(2025, 5, 1), date(2025, 5, 2)}
_AGAIN = 0.65
_SLOW = "Một chi bộ gửi báo cáo sau khi báo cáo này đã gửi."


def load_letter(ground: Ground) -> Campaign:
    campaign = make_campaign(
        top=ground.top,
        name=NAME,
        term="2025-2030",
        congress_number="XIII",
        opens_on=OPENS,
        ends_on=CLOSES,
        reference_date=REFERENCE,
        owed=owed_by_letter_000(BEFORE),
        actor=None,
    )
    _Telling(ground, campaign).tell()
    campaign.closed_on = CLOSES
    campaign.save(update_fields=["closed_on"])
    return campaign


def reports_of(campaign: Campaign) -> QuerySet[Report]:
    return Report.objects.filter(campaign=campaign).select_related("duty__form", "campaign", "unit__kind")


class _Telling:
    def __init__(self, ground: Ground, campaign: Campaign) -> None:
        self.ground, self.campaign, self.rows = ground, campaign, Rows()
        self.reports: dict[int, dict[str, Report]] = defaultdict(dict)
        for report in reports_of(campaign):
            self.reports[report.unit_id][report.duty.form.code] = report
        self.members = self._members_then()
        # When the last report below a unit was approved.
        self.settled: dict[int, datetime] = {}
        # Three committees could not wait for all below them: one branch reported late, of one none came.
        above_all = {place.unit.parent_id for place in ground.of_kinds("subcommittee")}
        plain = [one.unit for one in ground.of_kinds("base_committee") if one.unit.pk not in above_all and one.branches]
        self.hurried = [unit.pk for unit in plain[4::9]][:3]
        self.slow = {max(unit.pk for unit in self._below(pk)): pk for pk in self.hurried}

    def _members_then(self) -> dict[int, int]:
        """Of each unit on the day of its congress: somewhat other than today's lists, and Σ below everywhere."""
        rng = Random("members of 2025")
        branches = [place for place in self.ground.places.values() if place.unit.kind.holds_members]
        then = {place.unit.pk: max(3, place.total + rng.choice((-2, -1, -1, 0, 0, 0, 1))) for place in branches}
        saigon = next((one.unit for one in self.ground.places.values() if one.unit.code == SAIGON), None)
        if saigon is not None:
            below = [place.unit.pk for place in branches if saigon.pk in place.unit.ancestor_ids]
            then |= _shared_out(SAIGON_MEMBERS, {pk: then[pk] for pk in below})
        sums: dict[int, int] = defaultdict(int)
        for place in branches:
            for pk in (*place.unit.ancestor_ids, place.unit.pk):
                sums[pk] += then[place.unit.pk]
        return sums

    def tell(self) -> None:
        """From the leaves up: a committee sends when what is below it is settled."""
        places = [place for place in self.ground.places.values() if place.unit.pk in self.reports]
        for place in sorted(places, key=lambda one: -one.unit.level):
            if not self._never_sent(place):
                self._tell_unit(place)
        self.rows.write()

    def _below(self, pk: int) -> list[OrgUnit]:
        return [place.unit for place in self.ground.places.values() if place.unit.parent_id == pk]

    def _never_sent(self, place: Place) -> bool:
        """About to be merged with its neighbour."""
        return self.slow.get(place.unit.pk) == self.hurried[0] if place.unit.pk in self.slow else False

    def _day(self, place: Place, rng: Random) -> date:
        if place.unit.code == SAIGON:
            return SAIGON_DAY
        first, span = {
            "cell": (date(2025, 3, 4), 28),
            "subcommittee": (date(2025, 4, 8), 7),
            "base_cell": (date(2025, 4, 10), 20),
        }.get(place.kind, (date(2025, 4, 24), 34))
        day = first + timedelta(days=rng.randrange(span))
        return _working(day)

    def _tell_unit(self, place: Place) -> None:
        rng = Random(f"letter {place.unit.code}")
        unit, day = place.unit, self._day(place, rng)
        total = self.members[unit.pk]
        probationary = min(place.probationary, max(0, total // 12))
        is_saigon = unit.code == SAIGON
        congress = sample.hold(
            self.ground.unit(
                place,
                day,
                rng,
                again=_AGAIN,
                total=total,
                probationary=probationary,
                exempt=min(place.exempt, total // 6),
                number="" if unit.kind.holds_members else words.own_number(rng),
                delegates=SAIGON_DELEGATES if is_saigon else None,
                # By the share of the 265 delegates for 8,000 members.
                sent_on=max(1, round(total * 265 / 8000)) if unit.kind.is_grassroots else self._sent_on(place),
                has_inspection=place.kind == "base_committee" and total >= 100,
            ),
            closed_on=day,
            rng=rng,
        )
        fields = congress.fields
        planned = {"steering": self.ground.steering(place, rng)}
        self.rows.congresses.append(
            held(self.campaign, unit.pk, day, fields["congress_form"], fields["place"], **planned)
        )
        self.rows.terms.append(CommitteeTerm(unit=unit, name=self.campaign.term, begins_on=day))
        made = {
            "a": lambda: sample.result(congress),
            "b": lambda: sample.quality(congress, reference=REFERENCE, bands=BANDS_2025),
            "e": lambda: sample.content(congress),
        }
        made |= {"c": made["a"], "d": made["b"]}
        elected = {body: len(people) for body, people in congress.elected.items()}
        # The new secretary reports, or his deputy drafts.
        chosen = [*congress.elected["secretary"], *congress.elected.get("deputy", [])]
        leaders = [*self.ground.accounts_of(chosen), *self.ground.leaders(place)]
        leaders = list(dict.fromkeys(leaders))
        sent_on = self._sending_day(place, day, rng)
        for code, report in sorted(self.reports[unit.pk].items()):
            self._tell(place, report, made[code](), elected, leaders, day, sent_on, rng)

    def _sent_on(self, place: Place) -> int:
        """To a congress above that is held by delegates: one for every two or three members."""
        above = place.unit.parent_id
        if self.members[above] <= 60:
            return 0
        share = SAIGON_DELEGATES / SAIGON_MEMBERS if self._is_of_saigon(place.unit) else 0.45
        return max(1, round(self.members[place.unit.pk] * share * 0.9))

    def _is_of_saigon(self, unit: OrgUnit) -> bool:
        return any(self.ground.places[pk].unit.code == SAIGON for pk in unit.ancestor_ids)

    def _tell(
        self,
        place: Place,
        report: Report,
        right: Answers,
        elected: dict,
        leaders: list[int],
        day: date,
        sent_on: date,
        rng: Random,
    ) -> None:
        sender, drafter = leaders[0], leaders[1] if rng.random() < 0.6 else leaders[0]
        decider = self.ground.decider(place, {sender, drafter})
        story = Story(
            self.rows,
            report,
            around(
                report, self.campaign, sent_on + timedelta(days=9), elected=elected,
                children_total=place.branches or None, children_approved=place.branches or None,
            ),
            rng,
        )  # fmt: skip
        incomplete = ""
        below = self.settled.get(place.unit.pk)
        if place.unit.pk in self.hurried:
            incomplete = words.ONE_IS_MERGED if place.unit.pk == self.hurried[0] else words.ONE_IS_LATE
        elif below is not None and below.date() >= sent_on:
            sent_on = below.date() + timedelta(days=1)
        drafted = at(max(day, sent_on - timedelta(days=rng.randint(1, 2))), rng)
        story.draft(right, drafter, drafted)
        sent = at(sent_on, rng, after=drafted)
        flaw = spoil(report.duty.form.code, right, story.passes, rng) if rng.random() < 0.08 else None
        story.send(flaw[0] if flaw else right, sender, sent, incomplete=incomplete)
        if flaw:
            rejected = at(sent_on, rng, after=sent)
            story.take(decider, rejected - timedelta(minutes=rng.randint(5, 18)))
            story.reject(decider, rejected, flaw[1], flaw[2])
            mended = at(sent_on + timedelta(days=1), rng, after=rejected)
            story.draft(right, drafter, mended)
            sent = mended + timedelta(minutes=rng.randint(5, 50))
            story.send(right, sender, sent, incomplete=incomplete)
        decided = at(_working(sent.date() + timedelta(days=rng.choice((0, 0, 1, 1, 2)))), rng, after=sent)
        if rng.random() < 0.6:
            story.take(decider, decided - timedelta(minutes=rng.randint(6, 19)))
        story.approve(decider, decided)
        if incomplete and below is not None and below > decided:
            story.note(EventKind.STALE, None, below, _SLOW)
            story.note(EventKind.CHECKED_AGAIN, decider, at(below.date() + timedelta(days=1), rng))
        story.end()
        for pk in place.unit.ancestor_ids:
            self.settled[pk] = max(self.settled.get(pk, decided), decided)

    def _sending_day(self, place: Place, day: date, rng: Random) -> date:
        if place.unit.kind.is_grassroots:
            late = 3 if rng.random() < 0.06 else 0
            return day + timedelta(days=rng.randint(2, 5) + late)
        if place.kind == "subcommittee":
            return max(day + timedelta(days=1), date(2025, 4, 16))
        if place.unit.pk in self.slow:
            return date(2025, 6, 4)
        if rng.random() < 0.04:
            return BEFORE + timedelta(days=rng.randint(0, 2))
        return max(day + timedelta(days=rng.randint(2, 6)), _REPORTS_FROM + timedelta(days=rng.randint(1, 7)))


def _working(day: date) -> date:
    while day.weekday() == 6 or day in _HOLIDAYS:
        day += timedelta(days=1)
    return day


def _shared_out(total: int, by: dict[int, int]) -> dict[int, int]:
    """`total` in the proportions of `by`, whole numbers, nobody below three; the largest give and take the rest."""
    whole = sum(by.values())
    found = {pk: max(3, total * count // whole) for pk, count in by.items()}
    order = sorted(by, key=lambda pk: (-by[pk], pk))
    rest = total - sum(found.values())
    step = 1 if rest > 0 else -1
    turn = 0
    while rest:
        pk = order[turn % len(order)]
        if step > 0 or found[pk] > 3:
            found[pk] += step
            rest -= step
        turn += 1
    return found
