from tests.access import row

PAGE = {"visitor": 302, "everybody": 200}
ROWS = {
    "account_login": row("get", visitor=200, everybody=302),
    "account_logout": row("post", everybody=302),
    "account_signup": row("get", visitor=200, everybody=302),
    "account_inactive": row("get", visitor=200, everybody=200),
    # the cast has no passwords: told so
    "account_change_password": row("get", **PAGE),
    "account_reauthenticate": row("get", **PAGE),
    "accounts:settings": row("get", **PAGE),
    "accounts:display": row("post", visitor=302, everybody=302),
    "accounts:reveal_id": row("post", **PAGE),
    "accounts:email": row("get", **PAGE),
    # nobody of the cast waits for a link
    "accounts:send_confirmation": row("post", everybody=404),
    "accounts:confirm_email": row("get", lambda world: ["khong-dung"], **PAGE),
    # for who is not signed in; the others have their own page for it
    "accounts:lost_password": row("get", visitor=200, everybody=302),
    "accounts:letter_asked": row("get", visitor=200, everybody=200),
    "accounts:reset_by_code": row("get", visitor=200, everybody=200),
    "accounts:reset_by_link": row("get", lambda world: ["MQ", "khong-dung"], visitor=200, everybody=200),
    "accounts:devices": row("get", **PAGE),
    # nobody ends a session that is not his own
    "accounts:end_device": row("post", lambda world: [1], everybody=404),
    "accounts:end_other_devices": row("post", everybody=302),
    # no provider is set up
    "accounts:sign_on": row("post", visitor=404, everybody=404),
    "accounts:sign_on_back": row("get", visitor=404, everybody=404),
    "mfa_index": row("get", **PAGE),
    # the second step alone is done before one is in; without a first step it leads back to the sign-in
    "mfa_authenticate": row("get", visitor=302, everybody=302),
    "mfa_login_webauthn": row("get", visitor=302, everybody=302),
    # no password and no factor to confirm with: told to sign in again
    "mfa_reauthenticate": row("get", **PAGE),
    "mfa_reauthenticate_webauthn": row("get", **PAGE),
    "mfa_activate_totp": row("get", **PAGE),
    "mfa_deactivate_totp": row("post", **PAGE),
    "mfa_view_recovery_codes": row("get", **PAGE),
    "mfa_download_recovery_codes": row("get", **PAGE),
    "mfa_generate_recovery_codes": row("post", **PAGE),
    "mfa_add_webauthn": row("get", **PAGE),
    "mfa_remove_webauthn": row("post", lambda world: [1], **PAGE),
    "mfa_edit_webauthn": row("post", lambda world: [1], **PAGE),
}
