"""Whoever inspects looks, and changes nothing but what is his own: no address takes a POST of his, whatever it says."""

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import reverse

from tests.architecture.test_access_matrix import BASE_NAMES, ROWS

# His account, his notices, his own difficulty and record, the unit in which he works.
OWN = {
    "account_login", "account_logout", "account_signup", "account_inactive", "account_change_password",
    "account_reauthenticate", "accounts:display", "accounts:reveal_id", "accounts:email",
    "accounts:confirm_email", "accounts:lost_password", "accounts:reset_by_code", "accounts:reset_by_link",
    "accounts:end_other_devices", "notifications:mark_read", "notifications:preferences", "members:contact",
    "members:ask_correction", "portal:help", "portal:switch_unit", "meetings:feed", "meetings:feed_end",
    # who is inside is led home from the doors
    "activation:by_code", "activation:dates", "activation:password", "activation:stop", "activation:role_code",
    "mfa_authenticate", "mfa_login_webauthn", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_activate_totp",
    "mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_add_webauthn", "mfa_remove_webauthn",
    "mfa_edit_webauthn",
}  # fmt: skip
# Looking, sent by POST so that nothing stands in an address, or written down as taken out.
LOOKING = {
    "portal:search", "portal:styleguide", "orgtree:search", "members:search", "members:export", "oversight:audit",
    "oversight:audit_export", "activation:search", "delegation:search", "meetings:book", "meetings:vote_receipts",
}  # fmt: skip
REFUSED = {403, 404, 405}
# What no look may touch. Jobs, sessions and the record of who did what are written by looking itself.
KEPT = [
    model
    for model in apps.get_models()
    if model._meta.app_label in ("orgtree", "members", "delegation", "meetings", "assignments")
    and model._meta.object_name not in ("ListedMember",)
    and not model._meta.proxy
]


def _state() -> dict[str, list]:
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in KEPT}


def test_the_lists_name_addresses_that_there_are():
    assert OWN | LOOKING <= BASE_NAMES


@pytest.mark.parametrize("name", sorted(ROWS))
def test_an_inspector_changes_nothing(name, world, client_of):
    row, address = ROWS[name], name.split(" · ")[0]
    row.prepare(world)
    url = reverse(address, args=row.args(world))
    for data in (row.data(world), {}, {"confirm": "1"}):
        before = _state()
        with transaction.atomic():
            answer = client_of(world.inspector).post(url, data)
            after = _state()
            transaction.set_rollback(True)
        if address not in OWN | LOOKING | {"healthz", "readyz"}:
            assert answer.status_code in REFUSED
        if address not in OWN:
            assert after == before
