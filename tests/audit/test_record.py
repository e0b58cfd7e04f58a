"""The record is append-only in the database itself, whatever code asks."""

import pytest
from django.db import DatabaseError, connection, transaction

from audit.models import Entry, Seal
from audit.seals import seal_entries

pytestmark = pytest.mark.django_db

_REFUSALS = [
    "UPDATE audit_entry SET actor_name = 'Người khác'",
    "DELETE FROM audit_entry",
    "TRUNCATE audit_entry",
    "UPDATE audit_seal SET digest = ''",
    "DELETE FROM audit_seal",
    "TRUNCATE audit_seal",
]


@pytest.mark.parametrize("statement", _REFUSALS)
def test_the_database_refuses_to_change_it(world, statement):
    seal_entries()
    before = (Entry.objects.count(), Seal.objects.count())
    refused = pytest.raises(DatabaseError, match=r"append-only|Cannot update or delete")
    with connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(statement)
    assert (Entry.objects.count(), Seal.objects.count()) == before


def test_so_do_the_models(world):
    entry = Entry.objects.first()
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.delete()
    entry.actor_name = "Người khác"
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save()
