import pytest
from django.urls import NoReverseMatch, reverse

from common.addresses import numbered


@pytest.mark.parametrize("pk", [1, 42, 9_876_543_210, 2**62])
def test_it_is_what_reverse_says(pk):
    assert numbered("orgtree:unit", pk) == reverse("orgtree:unit", args=[pk])


def test_no_such_page_is_told():
    with pytest.raises(NoReverseMatch):
        numbered("orgtree:none", 1)
