"""Everything that gives, takes back, hands over and ends of itself, with its notices."""

from .automatic import settle_places, settle_posts
from .giving import give, received_by
from .taking import TakenBack, change_term, hand_over, take_back

__all__ = [
    "TakenBack",
    "change_term",
    "give",
    "hand_over",
    "received_by",
    "settle_places",
    "settle_posts",
    "take_back",
]
