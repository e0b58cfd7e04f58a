"""Members and posts follow their unit when it is merged or split; nothing stays on a unit that ends."""

from collections.abc import Collection

import pghistory
from django.utils import timezone

from accounts.models import User
from audit.services import build, record_many
from orgtree.models import OrgUnit

from .enums import COUNTED, PostCode
from .following import places_changed, posts_changed
from .models import CorrectionRequest, Member, Post


class MembersFollow:
    """Named in settings.ORGTREE_FOLLOWERS. Moves also those who are no longer counted: their records are found where
    the others went."""

    key = "members"
    choice_label = "Đảng viên chuyển sang đơn vị mới"

    def preview(self, unit: OrgUnit) -> list[str]:
        counted = Member.objects.filter(branch=unit, status__in=COUNTED).count()
        posts = Post.objects.filter(unit=unit, ends_on=None).count()
        lines = [f"{counted} đảng viên"] if counted else []
        return lines + ([f"{posts} chức vụ đang giữ"] if posts else [])

    def blockers(self, unit: OrgUnit) -> list[str]:
        counted = Member.objects.filter(branch=unit, status__in=COUNTED).count()
        posts = Post.objects.filter(unit=unit, ends_on=None).count()
        lines = [f"còn {counted} đảng viên"] if counted else []
        return lines + ([f"còn {posts} chức vụ chưa kết thúc"] if posts and not counted else [])

    def choices(self, unit: OrgUnit) -> list[tuple[int, str]]:
        members = Member.objects.filter(branch=unit, status__in=COUNTED).order_by("name_sort", "pk")
        return list(members.values_list("pk", "full_name"))

    def follow(
        self, source: OrgUnit, target: OrgUnit, *, selected: Collection[int] | None = None, actor: User | None
    ) -> None:
        """Members change branch (their stays and figures by the database); posts in the old unit end, of which the
        secretary's is not given anew: the target has its own."""
        members = Member.objects.select_for_update().filter(branch=source)
        if selected is not None:
            members = members.filter(pk__in=selected)
        ids = list(members.values_list("pk", flat=True))
        posts = Post.objects.select_for_update().filter(unit=source, ends_on=None)
        if selected is not None:
            posts = posts.filter(member_id__in=ids)
        with pghistory.context(path="unit", user=actor.pk if actor else None):
            ended = list(posts)
            self._take_posts(ended, target)
            Member.objects.filter(pk__in=ids).update(branch=target)
            CorrectionRequest.objects.filter(unit=source, member_id__in=ids).update(unit=target)
        places_changed(ids, actor=actor)
        posts_changed({post.member_id for post in ended} - set(ids), actor=actor)
        detail = {"rows": len(ids), "before": source.name, "after": target.name}
        if ids:
            record_many([build("members.followed", actor=actor, target=source, unit=target, detail=detail)])

    def _take_posts(self, posts: list[Post], target: OrgUnit) -> None:
        today = timezone.localdate()
        held = set(Post.objects.filter(unit=target, ends_on=None).values_list("member_id", "code"))
        led = any(code == PostCode.SECRETARY for _, code in held)
        for post in posts:
            post.ends_on = max(today, post.begins_on) if post.begins_on else today
            post.save(update_fields=["ends_on"])
            taken = (post.member_id, post.code) in held or (post.code == PostCode.SECRETARY and led)
            if not taken:
                Post.objects.create(member_id=post.member_id, unit=target, code=post.code, begins_on=today)
                led = led or post.code == PostCode.SECRETARY
