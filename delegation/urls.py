app_name = "delegation"

urlpatterns = []
