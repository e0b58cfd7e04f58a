"""Sign-in and the account's own pages. What allauth's views do is theirs; here is what they look like and answer."""

from allauth.account import views as allauth_views
from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from common.ui.nav import Crumb

from . import devices as signed_in_devices
from . import known_devices, letters, links, services
from .activating import Way
from .events import past_events
from .fields import masked
from .forms import EmailForm, PasswordForm, SignInForm
from .recovery.limits import CONFIRMATIONS
from .time_out import last_sign_in

_EVENTS_SHOWN = 6
_ENOUGH_LETTERS = "Đã gửi nhiều thư. Mời đồng chí thử lại sau một giờ."


class SignInView(allauth_views.LoginView):
    """Answers 429 with the time to wait when the throttle has refused to look at the password."""

    def get_context_data(self, **kwargs) -> dict:
        by_letter = settings.FIRST_SIGN_IN == Way.LETTER
        provider = settings.SIGN_ON
        named = f"Đăng nhập bằng {provider.name}" if provider else ""
        return super().get_context_data(**kwargs) | {"by_letter": by_letter, "sign_on": named}

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        response = super().form_invalid(form)
        if form.wait_seconds:
            response.status_code = 429
            response["Retry-After"] = str(form.wait_seconds)
        return response


class ChangePasswordView(allauth_views.PasswordChangeView):
    """An account that signs in without a password has none to change."""

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.has_usable_password():
            return render(request, "account/no_password.html")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs) -> dict:
        form: PasswordForm = kwargs.get("form") or self.get_form()
        first = self.request.user.must_change_password
        crumbs = [] if first else [*_crumbs(), Crumb("Đổi mật khẩu")]
        return super().get_context_data(**kwargs) | {"form": form, "first": first, "crumbs": crumbs}

    def get_default_success_url(self) -> str:
        return "/" if self._was_first else super().get_default_success_url()

    def form_valid(self, form: PasswordForm) -> HttpResponse:
        self._was_first = self.request.user.must_change_password
        response = super().form_valid(form)
        known_devices.remember(self.request, response, self.request.user)
        return response


class ReauthenticateView(allauth_views.ReauthenticateView):
    """An account without a password has nothing to confirm with."""

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)
        except PermissionDenied:
            return render(request, "account/no_password.html")


def _crumbs(last: str = "") -> list[Crumb]:
    home = Crumb("Trang chủ", "/")
    return [home, Crumb("Tài khoản", "" if not last else "/tai-khoan/"), *([Crumb(last)] if last else [])]


@require_GET
def settings_page(request: HttpRequest) -> HttpResponse:
    """What the account holds, and what its owner can change."""
    user = request.user
    return render(
        request,
        "accounts/settings.html",
        {
            "crumbs": _crumbs(),
            "masked_id": masked(user.citizen_id),
            "events": past_events(user, most=_EVENTS_SHOWN),
            "last_time": last_sign_in(request.session),
            "letters_go_out": letters.go_out(),
            "device_count": len(signed_in_devices.devices_of(user, session_key=request.session.session_key)),
        },
    )


@require_POST
def reveal_id(request: HttpRequest) -> HttpResponse:
    """The owner's own number in full: the part of the page for htmx, else the page once more."""
    shown = {"shown": request.user.citizen_id, "what": "số định danh cá nhân"}
    if request.headers.get("HX-Request"):
        return render(request, "components/masked.html", shown)
    return render(request, "accounts/own_id.html", shown | {"crumbs": _crumbs("Số định danh cá nhân")})


@reauthentication_required
@require_http_methods(["GET", "POST"])
def email(request: HttpRequest) -> HttpResponse:
    """Set or remove the address, after the password was given once more."""
    start = {"email": request.user.new_email or request.user.email}
    form = EmailForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["email"]
        if wanted and wanted != request.user.new_email and not CONFIRMATIONS.takes(str(request.user.pk)):
            messages.error(request, _ENOUGH_LETTERS)
        elif services.ask_for_address(user=request.user, email=wanted):
            said = f"Đã gửi thư tới {wanted}. Đồng chí mở thư và bấm vào địa chỉ trong đó để xác nhận."
            messages.success(request, said if wanted else "Đã bỏ địa chỉ thư điện tử.")
        return redirect("accounts:settings")
    return render(request, "accounts/email.html", {"form": form, "crumbs": _crumbs("Thư điện tử")})


@require_POST
def send_confirmation(request: HttpRequest) -> HttpResponse:
    """The letter once more, for who cannot find it."""
    if not request.user.new_email:
        raise Http404
    if CONFIRMATIONS.takes(str(request.user.pk)):
        letters.queue(letters.Kind.CONFIRM_ADDRESS, request.user.pk)
        messages.success(request, f"Đã gửi lại thư tới {request.user.new_email}.")
    else:
        messages.error(request, _ENOUGH_LETTERS)
    return redirect("accounts:settings")


@require_http_methods(["GET", "POST"])
def confirm_email(request: HttpRequest, words: str) -> HttpResponse:
    """Opened from the letter by who is signed in to the account: an address that was mistyped is somebody else's, and
    his opening the letter must not make it the way into this account."""
    good = links.confirms(request.user, words)
    if request.method == "POST" and good and services.confirm_address(user=request.user, words=words):
        messages.success(request, "Đã xác nhận địa chỉ thư điện tử.")
        return redirect("accounts:settings")
    return render(request, "accounts/confirm_email.html", {"good": good, "crumbs": _crumbs("Thư điện tử")})


@require_GET
def devices(request: HttpRequest) -> HttpResponse:
    found = signed_in_devices.devices_of(request.user, session_key=request.session.session_key)
    return render(request, "accounts/devices.html", {"devices": found, "crumbs": _crumbs("Thiết bị đang đăng nhập")})


@require_POST
def end_device(request: HttpRequest, pk: int) -> HttpResponse:
    if not signed_in_devices.end_session(session_id=pk, actor=request.user):
        raise Http404
    messages.success(request, "Đã đăng xuất thiết bị đó.")
    return redirect("accounts:devices")


@require_POST
def end_other_devices(request: HttpRequest) -> HttpResponse:
    signed_in_devices.end_other_sessions(session_key=request.session.session_key, actor=request.user)
    messages.success(request, "Đã đăng xuất tất cả thiết bị khác.")
    return redirect("accounts:devices")
