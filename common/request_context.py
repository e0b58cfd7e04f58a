"""What is true of the request being answered, for the log and the audit, without passing it around."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class RequestContext:
    request_id: str = ""
    address: str = ""


_OUTSIDE = RequestContext()
_current: ContextVar[RequestContext] = ContextVar("request_context", default=_OUTSIDE)


def current() -> RequestContext:
    """Of the request (or job) being answered; empty outside of one."""
    return _current.get()


def enter(context: RequestContext):
    """Make `context` current; hand what comes back to `leave`."""
    return _current.set(context)


def leave(token) -> None:
    _current.reset(token)
