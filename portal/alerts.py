"""What a reader must know on every page until it is settled. Asks no query: his roles were read for the page anyway."""

from django.urls import reverse

from accounts.models import User
from common.ui.nav import Alert
from orgtree.enums import Rest
from orgtree.rights import resting_holdings, why_roles_rest


def alerts_for(user: User, url_name: str) -> tuple[Alert, ...]:
    """`url_name` is the open page, where it need not point to itself."""
    if why_roles_rest(user) != Rest.IDENTITY or url_name == "activation:role_code":
        return ()
    roles = [f"{holding.role.label}, {holding.unit_name}" for holding in resting_holdings(user)]
    more = f" và {len(roles) - 2} vai trò khác" if len(roles) > 2 else ""
    return (
        Alert(
            title=f"Vai trò {'; '.join(roles[:2])}{more} chưa có hiệu lực",
            text="Đồng chí nhập mã do cấp trên trao trực tiếp thì vai trò có hiệu lực ngay.",
            url=reverse("activation:role_code"),
            action="Nhập mã",
        ),
    )
