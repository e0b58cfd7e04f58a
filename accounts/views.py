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
from . import services
from .events import past_events
from .fields import masked
from .forms import EmailForm, PasswordForm, SignInForm

_EVENTS_SHOWN = 6


class SignInView(allauth_views.LoginView):
    """Answers 429 with the time to wait when the throttle has refused to look at the password."""

    def get_context_data(self, **kwargs) -> dict:
        provider = settings.SIGN_ON
        named = f"Đăng nhập bằng {provider.name}" if provider else ""
        return super().get_context_data(**kwargs) | {"sign_on": named}

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
        return super().form_valid(form)


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
    form = EmailForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        if services.change_email(user=request.user, email=form.cleaned_data["email"]):
            messages.success(request, "Đã lưu địa chỉ thư điện tử.")
        return redirect("accounts:settings")
    return render(request, "accounts/email.html", {"form": form, "crumbs": _crumbs("Thư điện tử")})


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
