"""Starting the export of a whole campaign."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from orgtree.selectors import followed_unit

from ..models import Campaign
from ..services.export import start_export


@require_POST
def export(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = get_object_or_404(Campaign, pk=pk)
    if followed_unit(request.user, campaign.top_id) is None:
        raise Http404
    return redirect(start_export(campaign=campaign, actor=request.user))
