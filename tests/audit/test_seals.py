"""The hash chain: what is changed or removed behind the triggers' back is found, and told in words."""

import threading
from datetime import timedelta
from io import StringIO

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

from audit import seals
from audit.models import Entry, Seal
from audit.services import record
from tests.cast import make_unit


def _as_somebody_with_the_database():
    """The triggers put aside, as only the owner of the database can."""
    return pgtrigger.ignore("audit.Entry:append_only", "audit.Seal:append_only")


def _check(*arguments):
    out, err = StringIO(), StringIO()
    try:
        call_command("check_audit", *arguments, stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, err.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def _ten_sealed(world):
    assert Entry.objects.count() >= 10
    assert seals.seal_entries() == Entry.objects.count()


def test_everything_is_sealed_once_in_the_order_of_its_numbers(world):
    _ten_sealed(world)
    assert seals.seal_entries() == 0
    ids = list(Entry.objects.order_by("pk").values_list("pk", flat=True))
    assert list(Seal.objects.order_by("position").values_list("position", "entry_id")) == list(enumerate(ids, start=1))


def test_an_entry_that_was_committed_late_is_sealed_after_its_elders(world):
    """A long import takes its numbers early and commits late."""
    entry = Entry(pk=10**6, action="unit.created", actor_name="Hệ thống")
    entry.save(force_insert=True)
    seals.seal_entries()
    Entry(pk=10**6 - 1, action="unit.created", actor_name="Hệ thống").save(force_insert=True)
    assert seals.seal_entries() == 1
    assert list(Seal.objects.order_by("-position").values_list("entry_id", flat=True)[:2]) == [10**6 - 1, 10**6]
    assert list(seals.faults()) == []


def test_a_sound_record_says_so_and_names_its_head(world):
    _ten_sealed(world)
    code, lines = _check()
    last = Seal.objects.order_by("-position").first()
    assert (code, lines) == (
        0,
        ["Nhật ký nguyên vẹn.", f"Dấu niêm phong cuối: {last.position}:{bytes(last.digest).hex()}"],
    )


def test_an_empty_record_is_sound(db):
    assert _check() == (0, ["Nhật ký nguyên vẹn.", "Chưa có dòng nào được niêm phong."])


@pytest.mark.parametrize(
    "change",
    [
        {"actor_name": "Người khác"},
        {"actor_id": 1},
        {"action": "unit.closed"},
        {"target_type": "members.member"},
        {"target_id": 1},
        {"target_label": "Chi bộ khác"},
        {"unit_id": 999},
        {"detail": {"role": "khác"}},
        {"request_id": "x"},
        {"address": "10.0.0.1"},
        {"at": timezone.now() - timedelta(days=1)},
    ],
)
def test_a_changed_field_is_found_and_nothing_else_is_blamed(world, change):
    _ten_sealed(world)
    fifth = Entry.objects.order_by("pk")[4]
    with _as_somebody_with_the_database():
        Entry.objects.filter(pk=fifth.pk).update(**change)
    code, lines = _check()
    assert code == 1
    assert [line.split(" (")[0] for line in lines] == [f"Dòng {fifth.pk} đã bị sửa"]


def test_a_removed_entry_is_found(world):
    _ten_sealed(world)
    fifth = Entry.objects.order_by("pk")[4]
    with _as_somebody_with_the_database():
        Entry.objects.filter(pk=fifth.pk).delete()
    assert list(seals.faults()) == [f"Dòng {fifth.pk} đã bị xóa (niêm phong số 5)."]


def test_an_entry_removed_with_its_seal_is_found(world):
    _ten_sealed(world)
    fifth = Entry.objects.order_by("pk")[4]
    with _as_somebody_with_the_database():
        Entry.objects.filter(pk=fifth.pk).delete()
        Seal.objects.filter(entry_id=fifth.pk).delete()
    assert list(seals.faults()) == ["Mất niêm phong từ số 5 đến số 5."]


def test_an_end_that_was_cut_off_is_found_by_a_head_noted_before(world):
    _ten_sealed(world)
    noted = str(seals.head())
    with _as_somebody_with_the_database():
        last = Seal.objects.order_by("-position").first()
        Entry.objects.filter(pk=last.entry_id).delete()
        Seal.objects.filter(pk=last.pk).delete()
    assert _check() == (0, ["Nhật ký nguyên vẹn.", f"Dấu niêm phong cuối: {seals.head()}"])
    code, lines = _check("--expect", noted)
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith(f"Không còn niêm phong số {last.position}")


def test_a_head_noted_before_agrees_after_more_was_sealed(world):
    _ten_sealed(world)
    noted = str(seals.head())
    record("unit.created", actor=None, target=world.top)
    seals.seal_entries()
    assert _check("--expect", noted)[0] == 0


def test_a_head_of_no_form_is_refused(db):
    assert _check("--expect", "5")[0] == 2


def test_what_waits_for_its_seal_longer_than_five_minutes_is_told(world):
    seals.seal_entries()
    entry = record("unit.created", actor=None, target=world.top)
    assert list(seals.faults()) == []
    with _as_somebody_with_the_database():
        Entry.objects.filter(pk=entry.pk).update(at=timezone.now() - timedelta(minutes=6))
    (told,) = seals.faults()
    assert told.startswith(f"Dòng {entry.pk} (lúc ")
    assert told.endswith("quá 5 phút chưa được niêm phong.")


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_four_sealers_and_writers_at_once_leave_one_sound_chain():
    top = make_unit(None, "T", "Đảng bộ Thử nghiệm", "upper")
    start = threading.Barrier(6)

    def write():
        start.wait()
        for _ in range(30):
            record("unit.created", actor=None, target=top)
        connections.close_all()

    def seal():
        start.wait()
        for _ in range(20):
            seals.seal_entries()
        connections.close_all()

    threads = [threading.Thread(target=work) for work in (write, write, seal, seal, seal, seal)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seals.seal_entries()
    assert Seal.objects.count() == Entry.objects.count() == 61
    assert list(seals.faults()) == []
    connection.close()
