"""Which records are there for a reader; the reader is the first argument."""

from .lists import ListFilter, listed_members, posts_in_words, rows_of, scope_for, search_members
from .records import corrections_for, member_for, members_seen_by, open_posts_of, roles_out_of_reach
from .units import managed_units, officers_for, secretaries_of, units_to_settle

__all__ = [
    "ListFilter",
    "corrections_for",
    "listed_members",
    "managed_units",
    "member_for",
    "members_seen_by",
    "officers_for",
    "open_posts_of",
    "posts_in_words",
    "roles_out_of_reach",
    "rows_of",
    "scope_for",
    "search_members",
    "secretaries_of",
    "units_to_settle",
]
