from django.urls import path

from .views import progress, refused, suggestions

# Included by delegation.urls under its name: delegation:suggestions, delegation:progress …
urlpatterns = [
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
