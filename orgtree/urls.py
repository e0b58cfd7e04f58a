from django.urls import URLPattern

app_name = "orgtree"
urlpatterns: list[URLPattern] = []
