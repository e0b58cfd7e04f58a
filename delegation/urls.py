from django.urls import path

from .views import changing, giving, listing, progress, refused, suggestions

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
    path("goi-y/", suggestions.suggestions, name="suggestions"),
    path("goi-y/tim/", suggestions.search, name="suggestion_search"),
    path("goi-y/kiem-tra/", suggestions.check, name="suggestion_check"),
    path("goi-y/lan/<int:pk>/", suggestions.many, name="many"),
    path("goi-y/lan/<int:pk>/tep/", suggestions.many_xlsx, name="many_xlsx"),
    path("goi-y/bi-tu-choi/", refused.refused, name="refused"),
    path("tien-do/", progress.progress, name="progress"),
    path("tien-do/tep/", progress.progress_xlsx, name="progress_xlsx"),
    path("tien-do/don-vi/", progress.progress_units, name="progress_units"),
    path("tien-do/don-vi/tep/", progress.progress_units_xlsx, name="progress_units_xlsx"),
]
