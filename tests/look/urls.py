"""The sample page without a sign-in, and the reader's choice, for the tests of the look."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from common.ui.look import choose_look
from portal.styleguide import styleguide

urlpatterns = [
    path("styleguide/", login_not_required(styleguide)),
    path("hien-thi/", include(([path("", choose_look, name="display")], "accounts"))),
]
