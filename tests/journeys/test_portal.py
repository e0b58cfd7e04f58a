"""Home, search, guides, help, notices, jobs and the record in a real browser, phone and desktop."""

import pytest
from django.conf import settings
from django.urls import reverse

from tests.cast import build_world
from tests.journeys.conftest import DESKTOP, PHONE
