from .guides import guide, guides
from .help import help_answer, help_form, help_inbox, help_request
from .home import home, more, switch_unit
from .search import search

__all__ = [
    "guide",
    "guides",
    "help_answer",
    "help_form",
    "help_inbox",
    "help_request",
    "home",
    "more",
    "search",
    "switch_unit",
]
