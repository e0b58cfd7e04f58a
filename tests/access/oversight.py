from tests.access import row

# Everybody may open the record; whose lines stand in it is tested in tests/oversight.
ROWS = {
    "oversight:audit": row("get", everybody=200),
    "oversight:audit · looked for": row("post", data=lambda w: {"action": "unit.created"}, everybody=302),
    "oversight:outbox": row("get", org_department=200, everybody=403),
    "oversight:send_again": row("post", org_department=302, everybody=403),
    "oversight:audit_export": row("post", everybody=302),
}
