from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET


@require_GET
def report(request: HttpRequest, pk: int) -> HttpResponse:
    raise Http404
