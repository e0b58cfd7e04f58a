"""The work of members in the background."""

from .imports import background, events

__all__ = ["background", "events"]
