"""The names of what can be recorded, each with its sentence. An app registers its own in `<app>/events.py`."""

SENTENCES: dict[str, str] = {}


def register(sentences: dict[str, str]) -> None:
    """Add actions `app.verb` → a sentence after the actor's name; `{target}` and keys of detail may stand in it."""
    SENTENCES.update(sentences)


class _Blank(dict):
    def __missing__(self, key: str) -> str:
        return "…"


def sentence(action: str, *, target: str, detail: dict) -> str:
    """In words, e.g. «đổi tên Chi bộ Ga A thành Chi bộ Ga B»; the actor's name stands before it."""
    known = SENTENCES.get(action, action)
    return known.format_map(_Blank({**detail, "target": target}))
