"""Votes. What secrecy rests on is said in docs/decisions/0008: who took part is a row, what was voted lies in one
sealed box per vote, sorted by random numbers, so that no order in any table joins the two."""

import uuid

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from members.models import Member

from ..models import AgendaItem, Attendee, Meeting, locked_with_the_minutes
from .enums import SECRET_KINDS, TRANSITIONS, BallotKind, Choice, Counting, Marking, VoteState


def _person() -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")


def _only_while(
    name: str, state: str, operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete
) -> pgtrigger.Trigger:
    """A row that belongs to a vote changes only in one of its states."""
    return pgtrigger.Trigger(
        name=name,
        operation=operation,
        when=pgtrigger.Before,
        declare=[("of_vote", "bigint")],
        func=f"""
            of_vote := CASE WHEN TG_OP = 'DELETE' THEN OLD.vote_id ELSE NEW.vote_id END;
            IF EXISTS (SELECT 1 FROM meetings_vote v WHERE v.id = of_vote AND v.state <> '{state}') THEN
                RAISE EXCEPTION 'this vote is not {state}' USING ERRCODE = 'restrict_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )


_QUESTION = (
    *("meeting_id", "item_id", "title", "text", "matter", "ballot", "counting", "seats", "marking", "round_no"),
    *("tie_break", "round_before_id", "here", "base", "opened_at", "opened_by_id"),
)


def _columns(row: str) -> str:
    return ", ".join(f"{row}.{name}" for name in _QUESTION)


class Vote(models.Model):
    """A question put to the meeting. Base, threshold and result are frozen with it: members change later."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="votes")
    item = models.ForeignKey(AgendaItem, models.PROTECT, null=True, blank=True, related_name="votes")
    title = models.CharField("Nội dung biểu quyết", max_length=300)
    text = models.TextField("Toàn văn đưa ra biểu quyết", blank=True)
    matter = models.CharField("Loại việc", max_length=24)
    ballot = models.CharField("Hình thức", max_length=8, choices=BallotKind)
    counting = models.CharField("Cách ghi", max_length=8, choices=Counting, default=Counting.BY_NAME)
    state = models.CharField(max_length=8, choices=VoteState, default=VoteState.PREPARED)
    # Elections: how many are to be elected, the round, and whether it decides between candidates who were level.
    seats = models.PositiveSmallIntegerField("Số lượng cần bầu", default=0)
    marking = models.CharField("Cách ghi phiếu", max_length=6, choices=Marking, default=Marking.TICK)
    round_no = models.PositiveSmallIntegerField(default=1)
    tie_break = models.BooleanField(default=False)
    round_before = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="next_round")
    # Frozen at the opening: official members here, and the number a share is taken of.
    here = models.PositiveIntegerField(default=0)
    base = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True)
    opened_by = _person()
    closed_at = models.DateTimeField(null=True)
    closed_by = _person()
    void_reason = models.CharField("Lý do hủy", max_length=300, blank=True)
    # Counted from hands or paper: «agree», «disagree», «other», «invalid», or the candidates' numbers; and how many
    # papers were given out and came back.
    paper = models.JSONField(default=dict, blank=True)
    counting_board = models.CharField("Ban kiểm phiếu", max_length=500, blank=True)
    result = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["meeting", "id"]
        indexes = [models.Index(fields=["meeting", "state"], name="vote_of_meeting")]
        constraints = [
            models.UniqueConstraint(fields=["meeting"], condition=Q(state="open"), name="vote_one_open"),
            models.CheckConstraint(
                name="vote_election_has_seats",
                condition=(Q(ballot="election") & Q(seats__gte=1)) | (~Q(ballot="election") & Q(seats=0)),
            ),
            models.CheckConstraint(
                name="vote_opened_has_its_hour",
                condition=~Q(state__in=["open", "closed"]) | Q(opened_at__isnull=False, opened_by__isnull=False),
            ),
            models.CheckConstraint(
                name="vote_closed_has_its_result",
                condition=~Q(state="closed") | (Q(closed_at__isnull=False) & ~Q(result={})),
            ),
            models.CheckConstraint(name="vote_open_has_no_result", condition=Q(state="closed") | Q(result={})),
            models.CheckConstraint(name="vote_void_with_reason", condition=~Q(state="void") | ~Q(void_reason="")),
            models.CheckConstraint(
                name="vote_totals_are_open_ones", condition=Q(counting="by_name") | Q(ballot="open")
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="only_known_steps",
                field="state",
                transitions=[(str(before), str(after)) for before, after in TRANSITIONS],
            ),
            # Ballots = participations = receipts, and with the paper no more than were here (features D4, D7).
            pgtrigger.Trigger(
                name="closing_adds_up",
                operation=pgtrigger.UpdateOf("state"),
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__state="closed"),
                declare=[("ballots", "int"), ("people", "int"), ("codes", "int"), ("papers", "int")],
                func="""
                    SELECT count(*) INTO people FROM meetings_participation WHERE vote_id = NEW.id;
                    SELECT count(*) INTO ballots FROM meetings_ballot WHERE vote_id = NEW.id;
                    SELECT count(*) INTO codes FROM meetings_receipt WHERE vote_id = NEW.id;
                    papers := coalesce((NEW.paper ->> 'returned')::int, 0);
                    IF ballots <> people OR codes <> people THEN
                        RAISE EXCEPTION 'ballots % and receipts % do not equal participations %', ballots, codes,
                            people USING ERRCODE = 'check_violation';
                    END IF;
                    IF ballots + papers > NEW.here THEN
                        RAISE EXCEPTION 'more ballots than people here' USING ERRCODE = 'check_violation';
                    END IF;
                    IF EXISTS (SELECT 1 FROM meetings_ballotbox WHERE vote_id = NEW.id)
                       OR EXISTS (SELECT 1 FROM meetings_receiptbox WHERE vote_id = NEW.id) THEN
                        RAISE EXCEPTION 'the box was not emptied' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(
                name="result_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state__in=["closed", "void"]),
            ),
            # What is asked, of whom and of how many, stays as it was opened.
            pgtrigger.Trigger(
                name="question_stays",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__state="open"),
                func=f"""
                    IF ({_columns("OLD")}) IS DISTINCT FROM ({_columns("NEW")}) THEN
                        RAISE EXCEPTION 'this vote is open' USING ERRCODE = 'restrict_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            locked_with_the_minutes("votes_stay_with_the_minutes"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_secret(self) -> bool:
        return self.ballot in SECRET_KINDS


class Candidate(models.Model):
    """On the paper in the order of given names; `number` is what a ballot marks."""

    vote = models.ForeignKey(Vote, models.CASCADE, related_name="candidates")
    number = models.PositiveSmallIntegerField()
    full_name = models.CharField("Họ và tên", max_length=120)
    about = models.CharField("Chức vụ, đơn vị", max_length=200, blank=True)
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["vote", "number"]
        constraints = [
            models.UniqueConstraint(fields=["vote", "number"], name="candidate_number_once"),
            models.UniqueConstraint(
                fields=["vote", "member"], condition=Q(member__isnull=False), name="candidate_stands_once"
            ),
        ]
        triggers = [_only_while("paper_stays_as_it_was_opened", "prepared")]

    def __str__(self) -> str:
        return self.full_name


class Entitled(models.Model):
    """The roll of who may vote, frozen at the opening (features D5). `on_paper`: was given a paper ballot, and can
    therefore not vote on the handbook as well."""

    vote = models.ForeignKey(Vote, models.CASCADE, related_name="roll")
    attendee = models.ForeignKey(Attendee, models.CASCADE, related_name="+")
    on_paper = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vote", "attendee"], name="entitled_once")]
        triggers = [
            _only_while("roll_stays_as_it_was_opened", "prepared", pgtrigger.Insert | pgtrigger.Delete),
            _only_while("papers_are_given_while_it_is_open", "open", pgtrigger.Update),
            pgtrigger.Protect(
                name="nobody_takes_anothers_place",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("vote", "attendee"),
            ),
        ]


class OpenBallot(models.Model):
    """A vote by name: changed until the closing, the last counts (features D1). `on_word_of`: entered by the
    secretary on the member's word."""

    entitled = models.OneToOneField(Entitled, models.CASCADE, related_name="open_ballot")
    choice = models.CharField(max_length=8, choices=Choice)
    opinion = models.CharField("Ý kiến khác", max_length=500, blank=True)
    entered_by = _person()
    on_word = models.BooleanField(default=False)

    class Meta:
        triggers = [
            pgtrigger.Trigger(
                name="only_while_open",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                declare=[("vote_state", "text"), ("vote_ballot", "text"), ("entry", "bigint")],
                func="""
                    entry := CASE WHEN TG_OP = 'DELETE' THEN OLD.entitled_id ELSE NEW.entitled_id END;
                    SELECT v.state, v.ballot INTO vote_state, vote_ballot FROM meetings_vote v
                    JOIN meetings_entitled e ON e.vote_id = v.id WHERE e.id = entry;
                    IF vote_state <> 'open' OR vote_ballot <> 'open' THEN
                        RAISE EXCEPTION 'this vote is not open' USING ERRCODE = 'restrict_violation';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]


class Participation(models.Model):
    """Who took part in a secret vote, and on what day: no hour, and nothing of what was voted. Never changed."""

    vote = models.ForeignKey(Vote, models.CASCADE, related_name="participations")
    entitled = models.OneToOneField(Entitled, models.CASCADE, related_name="participation")
    day = models.DateField()

    class Meta:
        triggers = [
            pgtrigger.Trigger(
                name="only_of_the_roll_while_open",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="""
                    -- Waits for whoever is giving this person a paper ballot at the same moment.
                    PERFORM 1 FROM meetings_entitled e JOIN meetings_vote v ON v.id = e.vote_id
                    WHERE e.id = NEW.entitled_id AND e.vote_id = NEW.vote_id AND NOT e.on_paper
                      AND v.state = 'open' AND v.ballot IN ('secret', 'election')
                    FOR SHARE OF e;
                    IF NOT FOUND THEN
                        RAISE EXCEPTION 'not on the roll of an open secret vote' USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(name="participation_stays", operation=pgtrigger.Update | pgtrigger.Delete),
        ]


class BallotBox(models.Model):
    """The ballots of a vote that is open, in one row: «random number:marks», always sorted, rewritten as a whole with
    each ballot. So neither a row's place, nor its id, nor its time tells which ballot came with which participation."""

    vote = models.OneToOneField(Vote, models.CASCADE, primary_key=True, related_name="+")
    sealed = ArrayField(models.TextField(), default=list)


class ReceiptBox(models.Model):
    """The receipt codes given out so far, sorted, with neither voter nor choice."""

    vote = models.OneToOneField(Vote, models.CASCADE, primary_key=True, related_name="+")
    codes = ArrayField(models.TextField(), default=list)


class Ballot(models.Model):
    """A ballot taken out of the box at the closing, in random order under a new random id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    vote = models.ForeignKey(Vote, models.CASCADE, related_name="ballots")
    marks = models.CharField(max_length=120, blank=True)
    is_valid = models.BooleanField(default=True)

    class Meta:
        triggers = [pgtrigger.Protect(name="ballots_stay", operation=pgtrigger.Update | pgtrigger.Delete)]


class Receipt(models.Model):
    """The list that is published after the closing, where a voter finds his code (features D4)."""

    vote = models.ForeignKey(Vote, models.CASCADE, related_name="receipts")
    code = models.CharField(max_length=16)

    class Meta:
        ordering = ["vote", "code"]
        constraints = [models.UniqueConstraint(fields=["vote", "code"], name="receipt_once")]
        triggers = [pgtrigger.Protect(name="receipts_stay", operation=pgtrigger.Update | pgtrigger.Delete)]
