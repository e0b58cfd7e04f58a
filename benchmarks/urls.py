from django.http import HttpRequest, HttpResponse
from django.urls import path

from handbook.urls import urlpatterns as ours


def bare(request: HttpRequest) -> HttpResponse:
    """The least a signed-in page costs: the session and the user."""
    return HttpResponse(request.user.full_name)


urlpatterns = [path("bare", bare, name="bare"), *ours]
