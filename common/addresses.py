"""Addresses of many rows: Django takes 0.05 ms for each `reverse`, which lists feel."""

from functools import lru_cache

from django.urls import reverse

_PLACE = 9_876_543_210


def numbered(url_name: str, pk: int) -> str:
    """The same as `reverse(url_name, args=[pk])`, for a page whose only argument is a number."""
    return _written(url_name).replace(str(_PLACE), str(int(pk)))


@lru_cache(maxsize=64)
def _written(url_name: str) -> str:
    return reverse(url_name, args=[_PLACE])
