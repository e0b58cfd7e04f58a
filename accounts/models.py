import pghistory
from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import PermissionDenied
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone


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
    # Typed, and not yet shown to be his own by the link in a letter: good for nothing until then.
    new_email = models.EmailField("Thư điện tử chờ xác nhận", blank=True, editable=False)
    is_active = models.BooleanField(default=True)
    activated_at = models.DateTimeField("Kích hoạt lúc", null=True, blank=True)
    must_change_password = models.BooleanField("Phải đổi mật khẩu", default=False, editable=False)
    # The 14 days of the first sign-in run from the day the branch opens it for this person (ASVS 6.4.1).
    activation_closes_at = models.DateTimeField("Được kích hoạt đến", null=True, blank=True, editable=False)
    # Who only knows a citizen id may be anybody: roles rest until a code handed over in person was entered once.
    identity_confirmed_at = models.DateTimeField("Xác nhận đúng người lúc", null=True, blank=True, editable=False)
    # After a new password by an officer's code: no vote, no approval, no delegation until then.
    decisions_held_until = models.DateTimeField("Tạm dừng quyết định đến", null=True, blank=True, editable=False)
    second_factor_since = models.DateTimeField("Xác thực hai lớp từ", null=True, blank=True, editable=False)
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

    @property
    def decisions_are_held(self) -> bool:
        """May not vote, approve or hand on rights just now."""
        return self.decisions_held_until is not None and timezone.now() < self.decisions_held_until

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


class KnownDevice(models.Model):
    """A browser on which the owner has signed in. `mark` is made of a random word in the browser's cookie and of the
    password's hash: a new password makes all marks worthless, and the table tells nobody which cookie is whose."""

    user = models.ForeignKey(User, models.CASCADE, related_name="known_devices")
    mark = models.CharField(max_length=64, unique=True)
    session_key = models.CharField(max_length=40)  # of the latest sign-in: ending that session ends the acquaintance
    seen_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-seen_at"], name="known_device_of_user")]


class CodePurpose(models.TextChoices):
    ACTIVATION = "activation", "Kích hoạt tài khoản"
    IDENTITY = "identity", "Xác nhận đúng người"
    PASSWORD = "password", "Đặt lại mật khẩu"


class OneTimeCode(models.Model):
    """A code that is handed over in person and works once. Kept as a hash: nobody reads it here again."""

    user = models.ForeignKey(User, models.CASCADE, related_name="codes")
    purpose = models.CharField(max_length=10, choices=CodePurpose)
    code_hash = models.CharField(max_length=128)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(db_default=Now())
    closes_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "purpose"], condition=Q(used_at=None, voided_at=None), name="code_one_open"
            ),
            models.CheckConstraint(name="code_used_or_voided", condition=Q(used_at=None) | Q(voided_at=None)),
            models.CheckConstraint(
                name="code_used_in_time", condition=Q(used_at=None) | Q(used_at__lte=F("closes_at"))
            ),
        ]

    def __str__(self) -> str:
        return self.get_purpose_display()
