"""The first sign-in: a session that belongs to nobody and can do nothing but activate one account.

Whoever activates is not signed in. His anonymous session carries a mark, kept on the server, that names the account and
how far he has come; every other page sees a visitor and sends him to sign in, so that no page need know of the mark to
refuse it. What was typed (dates, code) is not kept."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from .codes import digits_of
from .events import AccountEvent, tell
from .models import NO_PASSWORD, User

LASTS = timedelta(minutes=20)
_KEY = "activating"


class Way(StrEnum):
    LETTER = "letter"  # the citizen id as first password, then the two dates
    CODE = "code"  # a code from a slip


@dataclass(frozen=True)
class Activating:
    """What the session carries. `closes_at`: the opening under which it began; `code_id`: the code that was shown to
    be known; `shown`: its bearer has shown that he is the person, as far as this way asks."""

    user_id: int
    way: Way
    since: float
    closes_at: str = ""
    code_id: int | None = None
    shown: bool = False


def is_open_for(user: User | None, *, at: datetime | None = None) -> bool:
    """May the account be activated with what the letter gives everybody? Not before the branch has opened it, and
    never for an account that has a password."""
    return (
        user is not None
        and settings.FIRST_SIGN_IN == Way.LETTER
        and is_waiting(user)
        and user.activation_closes_at is not None
        and user.activation_closes_at > (at or timezone.now())
    )


def is_waiting(user: User) -> bool:
    """Nobody has a password for it yet."""
    return user.is_active and user.activated_at is None and user.password == NO_PASSWORD


def knocks(user: User | None, typed: str) -> bool:
    """The number itself as password, for an account that may be activated so."""
    return is_open_for(user) and digits_of(typed) == user.citizen_id and len(typed) <= 40


def begin(request: HttpRequest, user: User, way: Way, *, code_id: int | None = None) -> None:
    """A new session with nothing in it but the mark; what the browser had before is gone."""
    request.session.flush()
    closes_at = user.activation_closes_at.isoformat() if way == Way.LETTER else ""
    mark = Activating(user.pk, way, timezone.now().timestamp(), closes_at, code_id, shown=way == Way.CODE)
    _keep(request, mark)
    request.session.set_expiry(LASTS)
    tell(AccountEvent.ACTIVATION_BEGUN, user, {"way": way})


def current(request: HttpRequest) -> tuple[User, Activating] | None:
    """Whose account this session activates and how far it is; None once it lasted too long, the account was activated
    elsewhere, or its activation was closed or opened anew meanwhile."""
    kept = request.session.get(_KEY)
    if not kept or request.user.is_authenticated:
        return None
    mark = Activating(**kept | {"way": Way(kept["way"])})
    if timezone.now().timestamp() - mark.since > LASTS.total_seconds():
        return None
    user = User.objects.filter(pk=mark.user_id).first()
    if user is None or not is_waiting(user):
        return None
    if mark.way == Way.LETTER and not (is_open_for(user) and user.activation_closes_at.isoformat() == mark.closes_at):
        return None
    return user, mark


def has_begun(request: HttpRequest) -> bool:
    return _KEY in request.session


def note_shown(request: HttpRequest, mark: Activating) -> None:
    """The dates were right; the session changes its key, as at every gain."""
    request.session.cycle_key()
    _keep(request, replace(mark, shown=True))


def forget(request: HttpRequest) -> None:
    request.session.flush()


def _keep(request: HttpRequest, mark: Activating) -> None:
    request.session[_KEY] = asdict(mark)
