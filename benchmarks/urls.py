from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from handbook.urls import handler400, handler403, handler404, handler429, handler500  # noqa: F401
from handbook.urls import urlpatterns as ours
from members.models import Member

_LIST = engines["django"].from_string(
    "<!doctype html><html><head><title>Danh sách</title></head><body><table>"
    "{% for one in rows %}<tr><td>{{ one.full_name }}</td><td>{{ one.branch.name }}</td><td>{{ one.birth_date }}</td>"
    "<td>{{ one.phone }}</td></tr>{% endfor %}</table></body></html>"
)


def bare(request: HttpRequest) -> HttpResponse:
    """The least a signed-in page costs: the session and the user."""
    return HttpResponse(request.user.full_name)


def rows(request: HttpRequest) -> HttpResponse:
    """The bare page of the budgets: session, user and 25 rows through Django's ORM and templates, nothing of ours."""
    found = Member.objects.select_related("branch").order_by("pk")[:25]
    return HttpResponse(_LIST.render({"rows": found, "user": request.user}))


urlpatterns = [path("bare", bare, name="bare"), path("bare-rows", rows, name="bare_rows"), *ours]
