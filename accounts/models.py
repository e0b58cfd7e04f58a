import pghistory
from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import PermissionDenied
from django.core.validators import RegexValidator
from django.db import models


class TextSize(models.TextChoices):
    NORMAL = "normal", "A"
    LARGE = "large", "A+"
    LARGER = "larger", "A++"


class Theme(models.TextChoices):
    AUTO = "auto", "Theo thiết bị"
    LIGHT = "light", "Sáng"
    DARK = "dark", "Tối"


class UserManager(BaseUserManager):
    def create_user(self, citizen_id: str, full_name: str, password: str | None = None, **extra) -> "User":
        """Save an account; without a password nobody can sign in to it until it is activated."""
        user = self.model(citizen_id=citizen_id, full_name=full_name, **extra)
        if password:
            user.set_password(password)
        else:
            user.password = NO_PASSWORD
        user.save(using=self._db)
        return user


# Django's own unusable password is a random text for each; a constant keeps an import of thousands fast and
# says plainly that no hash exists. check_password refuses it like every text that starts with "!".
NO_PASSWORD = "!"


@pghistory.track(fields=["citizen_id", "full_name", "email", "is_active"], model_name="UserEvent")
class User(AbstractBaseUser):
    """Who can sign in. The name to sign in with is the citizen id (letter 001 §4a). What one may do comes from
    grants alone: there is no superuser."""

    citizen_id = models.CharField(
        "Số định danh cá nhân",
        max_length=12,
        unique=True,
        validators=[RegexValidator(r"^[0-9]{12}\Z", "Số định danh cá nhân gồm đúng 12 chữ số.")],
    )
    full_name = models.CharField("Họ và tên", max_length=120)
    email = models.EmailField("Thư điện tử", blank=True)
    is_active = models.BooleanField(default=True)
    activated_at = models.DateTimeField("Kích hoạt lúc", null=True, blank=True)
    must_change_password = models.BooleanField("Phải đổi mật khẩu", default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    text_size = models.CharField(max_length=8, choices=TextSize, default=TextSize.NORMAL)
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.AUTO)

    USERNAME_FIELD = "citizen_id"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]
    objects = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="account_citizen_id_12_digits", condition=models.Q(citizen_id__regex=r"^[0-9]{12}$")
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        return self.full_name

    @property
    def is_activated(self) -> bool:
        """Somebody has set a password of his own."""
        return self.activated_at is not None

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Asks the authentication backends; the one of orgtree answers `orgtree.<right>` for a unit."""
        if not self.is_active:
            return False
        for backend in get_backends():
            if hasattr(backend, "has_perm"):
                try:
                    if backend.has_perm(self, perm, obj):
                        return True
                except PermissionDenied:
                    return False
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False
