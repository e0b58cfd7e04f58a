from tests.access import row

ROWS = {
    "healthz": row("get", visitor=200, everybody=200),
    "readyz": row("get", visitor=200, everybody=200),
}
