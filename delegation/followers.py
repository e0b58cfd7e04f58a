"""Roles follow what happens to a member's place and posts. Named in settings.MEMBERS_FOLLOWERS."""

from collections.abc import Collection

from accounts.models import User
from members.enums import Status
from members.models import Member, Post
from orgtree.models import OrgUnit

from .services import automatic


class GrantsFollow:
    def places_preview(
        self, member: Member, *, branch: OrgUnit | None = None, status: Status | None = None
    ) -> list[str]:
        return automatic.previews(member, branch or member.branch, status or member.status)

    def places_changed(self, member_ids: Collection[int], *, by_hand: bool, actor: User | None) -> None:
        automatic.settle_places(member_ids, by_hand=by_hand, actor=actor)

    def post_preview(self, post: Post, *, actor: User) -> list[str]:
        return automatic.post_previews(post, actor=actor)

    def posts_changed(self, member_ids: Collection[int], *, by_hand: bool, actor: User | None) -> None:
        automatic.settle_posts(member_ids, by_hand=by_hand, actor=actor)
