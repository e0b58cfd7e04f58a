"""The demo has somebody on whom the first sign-in can be tried, and a branch whose activation was never opened."""

from django.core.management import call_command
from django.test import Client

from accounts.models import User
from members.models import Member
from portal import demo
from tests.cast import make_member


def test_one_branch_is_opened_and_the_others_are_not(world, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(demo, "_file", lambda name: tmp_path / name)
    (tmp_path / "demo-secret").write_text("bi-mat")
    secretary = demo.DemoPerson("secretary", "", "", "", "", world.secretary.pk)
    make_member(world.branch, "Ngô Thị Sen", birth_precision="year")
    one = demo.open_activation([secretary])[0]
    assert (one.name, one.birth, one.admission) == ("Nguyễn Thị Bưởi", "14/03/1985", "19/05/2010")
    waiting = User.objects.filter(activation_closes_at__isnull=False)
    assert set(Member.objects.filter(account__in=waiting).values_list("branch", flat=True)) == {world.branch.pk}
    assert (tmp_path / "demo-newcomers.json").stat().st_mode & 0o077 == 0
    monkeypatch.setattr(demo, "people", lambda: [secretary])
    call_command("demo_logins")
    assert f"gõ {one.citizen_id} vào cả hai ô" in capsys.readouterr().out
    answer = Client().post("/tai-khoan/dang-nhap/", {"login": one.citizen_id, "password": one.citizen_id})
    assert answer["Location"] == "/kich-hoat/xac-nhan/"
    User.objects.update(activation_closes_at=None)
    assert demo.newcomers() == []
