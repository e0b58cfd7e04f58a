from django.urls import include, path

app_name = "delegation"

urlpatterns = [path("", include("delegation.overview_urls"))]
