from meetings.models import Meeting
from meetings.votes.models import Vote
from meetings.votes.services import cast_open, cast_secret, close_vote, open_vote, prepare_vote
from tests.access import row
from tests.meetings.sessions import in_progress


def _meeting(world) -> list[int]:
    return [Meeting.objects.get(unit=world.branch).pk]


def _vote(world) -> list[int]:
    return [Vote.objects.latest("pk").pk]


def _line(world) -> list[int]:
    """The vote, and one on its roll who is none of the cast."""
    vote = Vote.objects.latest("pk")
    return [vote.pk, vote.roll.get(attendee__full_name="Hồ Thị Dung").pk]


def _prepared(world, matter="resolution", **given) -> Vote:
    return prepare_vote(
        meeting=in_progress(world), title="Thông qua nghị quyết", matter=matter, actor=world.secretary, **given
    )


def _open(world) -> None:
    open_vote(vote=_prepared(world), actor=world.secretary)


def _secret(world) -> None:
    open_vote(vote=_prepared(world, "discipline"), actor=world.secretary)


def _closed(world) -> None:
    _secret(world)
    vote = Vote.objects.latest("pk")
    for user in (world.member, world.secretary):
        cast_secret(vote=vote, choice="agree", actor=user)
    close_vote(vote=vote, actor=world.secretary)


def _election_failed(world) -> None:
    vote = _prepared(world, "election", seats=1, candidates=[world.people["member"], world.people["secretary"]])
    vote = open_vote(vote=vote, actor=world.secretary)
    close_vote(vote=vote, actor=world.secretary)


def _answered(world) -> None:
    _open(world)
    cast_open(vote=Vote.objects.latest("pk"), choice="agree", actor=world.member)


def _read(method: str, args, *, prepare, **more):
    """Members of the branch and those above read what is open and closed; nobody else."""
    return row(
        method, args, prepare=prepare, member=200, secretary=200, other_secretary=404,
        committee=200, org_department=200, inspector=200, outsider=404, **more,
    )  # fmt: skip


def _run(method: str, args, *, prepare, answer: int, above: int = 403, **more):
    """Who holds the branch's meetings, and the clerk of this one."""
    return row(
        method, args, prepare=prepare, member=answer, secretary=answer, other_secretary=404,
        committee=above, org_department=above, inspector=above, outsider=404, **more,
    )  # fmt: skip


def _yes(world) -> dict:
    return {"confirm": "yes"}


ROWS = {
    "meetings:votes": _read("get", _meeting, prepare=_open),
    "meetings:vote": _read("get", _vote, prepare=_closed),
    "meetings:vote · not open yet": _run("get", _vote, prepare=_prepared, answer=302, above=404),
    "meetings:vote_receipts": _read("get", _vote, prepare=_closed),
    "meetings:vote_minutes": _read("get", _vote, prepare=_closed),
    # Those above see that there is a vote; they are not on its roll.
    "meetings:vote_say": _run("post", _vote, prepare=_open, answer=302, data=lambda world: {"choice": "agree"}),
    "meetings:vote_cast": _run("post", _vote, prepare=_secret, answer=200, data=lambda world: {"choice": "agree"}),
    "meetings:vote_new": _run("get", _meeting, prepare=_open, answer=200),
    "meetings:vote_new · saved": _run(
        "post",
        lambda world: [f"{_meeting(world)[0]}"],
        prepare=_open,
        answer=200,
        data=lambda world: {"title": "Thông qua"},
    ),
    "meetings:vote_conduct": _run("get", _vote, prepare=_answered, answer=200),
    "meetings:vote_conduct · prepared": _run("get", _vote, prepare=_prepared, answer=200, above=404),
    "meetings:vote_edit": _run("get", _vote, prepare=_prepared, answer=200, above=404),
    "meetings:vote_open": _run("get", _vote, prepare=_prepared, answer=200, above=404),
    "meetings:vote_open · yes": _run("post", _vote, prepare=_prepared, answer=302, above=404, data=_yes),
    "meetings:vote_word": _run("post", _line, prepare=_open, answer=302, data=lambda world: {"choice": "agree"}),
    "meetings:vote_paper": _run("post", _line, prepare=_secret, answer=302, data=lambda world: {"phat": "1"}),
    "meetings:vote_close": _run("get", _vote, prepare=_open, answer=200),
    "meetings:vote_close · yes": _run("post", _vote, prepare=_answered, answer=302, data=_yes),
    "meetings:vote_void": _run("get", _vote, prepare=_open, answer=200),
    "meetings:vote_next": _run("get", _vote, prepare=_election_failed, answer=200),
}
