"""How many letters may be asked for: gentle, so that nobody's mailbox is filled and nobody is shut out."""

from dataclasses import dataclass

from django.core.cache import cache
from django.utils.crypto import salted_hmac

HOUR = 3600


@dataclass(frozen=True)
class Limit:
    name: str
    most: int
    seconds: int = HOUR

    def takes(self, what: str) -> bool:
        """Count one more of `what`; False when there were enough. Known and unknown are counted alike."""
        mark = salted_hmac("accounts.recovery.limits", what, algorithm="sha256").hexdigest()[:32]
        key = f"letters:{self.name}:{mark}"
        cache.add(key, 0, self.seconds)
        try:
            return cache.incr(key) <= self.most
        except ValueError:  # ran out between the two
            cache.set(key, 1, self.seconds)
            return True


LETTERS_OF_ACCOUNT = Limit("account", 3)
LETTERS_FROM_ADDRESS = Limit("address", 20)
CONFIRMATIONS = Limit("confirmation", 5)
