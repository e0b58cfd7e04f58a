"""What hangs on a member's place and posts: roles handed down. Each app above members names its follower in
`settings.MEMBERS_FOLLOWERS` (dotted path of a class without arguments); it acts in the caller's transaction."""

from collections.abc import Collection
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User
from orgtree.models import OrgUnit

from .enums import Status
from .models import Member, Post


class PeopleFollower(Protocol):
    """`by_hand`: an officer did it to this one person; else a list, a merger or an undoing did it to many."""

    def places_preview(
        self, member: Member, *, branch: OrgUnit | None = None, status: Status | None = None
    ) -> list[str]:
        """What a move or another status would take along, as sentences for the check page."""

    def places_changed(self, member_ids: Collection[int], *, by_hand: bool, actor: User | None) -> None:
        """These may belong to another branch or have another status now. Raises RuleViolation by hand only."""

    def post_preview(self, post: Post, *, actor: User) -> list[str]:
        """What the end of a post takes along."""

    def posts_changed(self, member_ids: Collection[int], *, by_hand: bool, actor: User | None) -> None:
        """These may hold fewer posts now."""


def _followers() -> list[PeopleFollower]:
    return [import_string(path)() for path in settings.MEMBERS_FOLLOWERS]


def places_preview(member: Member, *, branch: OrgUnit | None = None, status: Status | None = None) -> list[str]:
    return [line for one in _followers() for line in one.places_preview(member, branch=branch, status=status)]


def post_preview(post: Post, *, actor: User) -> list[str]:
    return [line for one in _followers() for line in one.post_preview(post, actor=actor)]


def places_changed(member_ids: Collection[int], *, by_hand: bool = False, actor: User | None) -> None:
    if member_ids:
        for one in _followers():
            one.places_changed(member_ids, by_hand=by_hand, actor=actor)


def posts_changed(member_ids: Collection[int], *, by_hand: bool = False, actor: User | None) -> None:
    if member_ids:
        for one in _followers():
            one.posts_changed(member_ids, by_hand=by_hand, actor=actor)
