from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.text import clean
from common.ui.nav import Crumb
from members.selectors import search_members
from orgtree.selectors import search_units

_MOST = 20
_LONGEST = 200


def search(request: HttpRequest) -> HttpResponse:
    """Everything the reader may find, in groups. What is looked for comes by POST and stands in no address."""
    text = clean(request.POST.get("q", ""))[:_LONGEST]
    enough = len(text) >= 2
    return render(
        request,
        "portal/search.html",
        {
            "text": text,
            "asked": request.method == "POST",
            "enough": enough,
            "units": list(search_units(request.user, text, _MOST)) if enough else [],
            "members": list(search_members(request.user, text, _MOST)) if enough else [],
            "most": _MOST,
            "crumbs": [Crumb("Trang chủ", "/"), Crumb("Tìm kiếm")],
        },
    )
