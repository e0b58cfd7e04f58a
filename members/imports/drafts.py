"""From what a list says to what a row keeps: fields of Member as JSON, only those that the list states. An empty cell
never empties a field."""

from datetime import date

from members.lists import MemberRow

_MOST_POSTS_TEXT = 300
_MOST_NAME = 120
_DATES = {"birth": "birth_date", "admission": "admission_date", "official": "official_date"}


def values_of(row: MemberRow) -> dict[str, str]:
    """Field of Member → value; dates in ISO form beside their precision."""
    values = {
        "full_name": row.full_name[:_MOST_NAME],
        "gender": row.sex,
        "phone": row.phone[:15],
        "ethnicity": row.ethnicity[:30],
        "professional_level": row.education,
        "political_theory": row.political_theory,
        "card_number": row.card_number if len(row.card_number) <= 12 else "",
        "standing": row.membership if row.membership_stated else "",
        "status": row.activity if row.activity_stated else "",
        "posts_text": "; ".join([*(post.text for post in row.posts), *row.other_posts])[:_MOST_POSTS_TEXT],
    }
    for stem, name in _DATES.items():
        day = getattr(row, name)
        if day is not None:
            values[name] = day.as_date().isoformat()
            values[f"{stem}_precision"] = str(day.precision)
    if row.admission_decision_date is not None and row.admission_decision_date.day:
        values["admission_decision_date"] = row.admission_decision_date.as_date().isoformat()
    return {name: value for name, value in values.items() if value}


def posts_of(row: MemberRow) -> list[dict[str, str]]:
    """The posts named in the list; what names none has no code."""
    return [
        *({"code": p.code, "level": p.level, "place": p.place, "text": p.text} for p in row.posts),
        *({"code": "", "level": "", "place": "", "text": text} for text in row.other_posts),
    ]


def as_stored(name: str, value: str) -> str | date:
    """A kept value as the field of Member takes it."""
    return date.fromisoformat(value) if name.endswith("_date") else value


def as_kept(value: object) -> str | int | bool | None:
    """A field's value as JSON keeps it."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value
