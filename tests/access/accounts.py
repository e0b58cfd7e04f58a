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
}
