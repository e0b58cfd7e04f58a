from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from common.ui.nav import Crumb
from common.ui.paging import page_of
from members.enums import PostCode
from members.imports.enums import Outcome
from orgtree.enums import Right
from orgtree.models import OrgUnit
from orgtree.rights import has_right, has_right_anywhere

from ..filters import number_in, units_to_choose, without
from ..refused import ORDER, VALUES, chosen_of, reasons_of, refused_leaders

PER_PAGE = 30
_OFFICES = {"": "Tất cả", "bi-thu": "Bí thư", "pho-bi-thu": "Phó Bí thư"}
_CODES = {"bi-thu": PostCode.SECRETARY.value, "pho-bi-thu": PostCode.DEPUTY_SECRETARY.value}


@require_GET
def refused(request: HttpRequest) -> HttpResponse:
    """Secretaries and deputies that stand in a list and were not entered, with the reason and the way to mend it."""
    user = request.user
    delegates = has_right_anywhere(user, Right.DELEGATE)
    if not delegates and not has_right_anywhere(user, Right.MANAGE_MEMBERS):
        raise PermissionDenied
    office = request.GET.get("chuc-vu", "")
    office = office if office in _CODES else ""
    unit, _ = units_to_choose(user, number_in(request, "don_vi")) if request.GET.get("don_vi") else (None, [])
    found = chosen_of(refused_leaders(user), office=_CODES.get(office, ""), unit=unit)
    page = page_of(found.order_by(*ORDER).values(*VALUES), request, PER_PAGE)
    units = OrgUnit.objects.in_bulk({row["batch__unit_id"] for row in page.rows})
    for row in page.rows:
        row["reasons"] = reasons_of(row)
        row["post_words"] = "; ".join(post["text"] for post in row["posts"] if post["text"])
        row["office_label"] = PostCode(row["office"]).label
        row["file_label"] = row["batch__file_label"] if row["batch__made_by_id"] == user.pk else ""
        row["elsewhere"] = row["outcome"] == Outcome.ELSEWHERE
        row["batch_url"] = (
            f"{reverse('members:import', args=[row['batch_id']])}?loc={_part(row)}"
            if has_right(user, Right.MANAGE_MEMBERS, units.get(row["batch__unit_id"]))
            else ""
        )
    return render(
        request,
        "delegation/refused.html",
        {
            "page": page,
            "unit": unit,
            "delegates": delegates,
            "tabs": [
                {"label": label, "url": without(request.GET, **{"chuc-vu": word}), "current": word == office}
                for word, label in _OFFICES.items()
            ],
            "all_url": without(request.GET, "don_vi"),
            "crumbs": [
                Crumb("Trang chủ", reverse("portal:home")),
                Crumb("Phân quyền", reverse("delegation:list")),
                *([Crumb("Gợi ý", reverse("delegation:suggestions"))] if delegates else []),
                Crumb("Bí thư bị từ chối khi nhập"),
            ],
        },
    )


def _part(row: dict) -> str:
    """The part of the list's page where the row stands."""
    if row["level"] == "bad":
        return "bad"
    return "warn" if row["level"] == "warn" and not row["batch__accept_warnings"] else "records"
