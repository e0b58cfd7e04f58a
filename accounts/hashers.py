from django.contrib.auth.hashers import Argon2PasswordHasher


class HandbookArgon2Hasher(Argon2PasswordHasher):
    """argon2id with 19 MiB, t=2, p=1 (OWASP's minimum): 52 sign-ins a second and core instead of 5
    (performance.md §G); guessing is held down by the throttles."""

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1
