import pytest
from django.test import Client

from accounts.models import User

PASSWORD = "cau-vong-sau-con-mua"


@pytest.fixture
def person(db) -> User:
    return User.objects.create_user("001185004321", "Nguyễn Thị Bưởi", PASSWORD)


@pytest.fixture
def try_to_sign_in():
    """Send the form of the sign-in page, as a browser does."""

    def send(client: Client, citizen_id: str, password: str, **extra):
        return client.post("/tai-khoan/dang-nhap/", {"login": citizen_id, "password": password}, **extra)

    return send
