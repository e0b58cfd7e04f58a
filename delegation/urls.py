from django.urls import include, path

from .views import changing, giving, listing

app_name = "delegation"

urlpatterns = [
    path("", listing.grants, name="list"),
    path("tim/", listing.search, name="search"),
    path("moi/", giving.new, name="new"),
    path("moi/tim/", giving.find, name="find"),
    path("moi/kiem-tra/", giving.check, name="check"),
    path("<int:pk>/", listing.grant, name="grant"),
    path("<int:pk>/thu-hoi/", changing.take_back, name="take_back"),
    path("<int:pk>/ban-giao/", changing.hand_over, name="hand_over"),
    path("<int:pk>/doi-han/", changing.term, name="term"),
    path("", include("delegation.overview_urls")),
]
