from django.contrib.auth.backends import BaseBackend

from accounts.models import User

from .enums import Right
from .models import OrgUnit
from .rights import has_right, has_right_anywhere


class UnitRightsBackend(BaseBackend):
    """`user.has_perm("orgtree.<right>", unit)` answers what `has_right` answers; without a unit: anywhere."""

    def has_perm(self, user_obj: User, perm: str, obj: object = None) -> bool:
        app, _, name = perm.partition(".")
        if app != "orgtree" or name not in Right.values:
            return False
        if obj is None:
            return has_right_anywhere(user_obj, Right(name))
        return isinstance(obj, OrgUnit) and has_right(user_obj, Right(name), obj)
