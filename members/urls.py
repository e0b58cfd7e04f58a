from django.urls import include, path

app_name = "members"
urlpatterns = [
    path("nhap/", include("members.imports.urls")),
]
