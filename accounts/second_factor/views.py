"""The pages of the second factor, and the second step of a sign-in."""

import base64
import functools
import json
from collections.abc import Callable
from urllib.parse import urlencode

import qrcode
from allauth.account.adapter import get_adapter
from allauth.account.internal.decorators import login_not_required
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import views as base_views
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import views as webauthn_views
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods
from qrcode.image.svg import SvgPathFillImage

from common.errors import RuleViolation
from common.ui.nav import Crumb

from . import services as factors
from .forms import (
    AddPasskeyForm,
    ApplicationForm,
    ConfirmCodeForm,
    ConfirmPasskeyForm,
    PasskeySignInForm,
    PasskeyStepForm,
    RenamePasskeyForm,
    SecondStepForm,
)

View = Callable[..., HttpResponse]
_GROUP = 4


def confirmed(view: View) -> View:
    """After the password (or a factor) was given once more. What was posted too late is not kept in the session:
    it may hold a code."""

    @functools.wraps(view)
    def ask_first(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        methods = get_adapter().get_reauthentication_methods(request.user)
        if not methods:
            return view(request, *args, **kwargs) if _signed_in_just_now(request) else _sign_in_again(request)
        if did_recently_reauthenticate(request):
            return view(request, *args, **kwargs)
        return redirect(f"{methods[0]['url']}?{urlencode({'next': request.path})}")

    return ask_first


def _signed_in_just_now(request: HttpRequest) -> bool:
    """Who signs on elsewhere has nothing to confirm with here but that."""
    records = get_authentication_records(request, request.user)
    return bool(records) and timezone.now().timestamp() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def _sign_in_again(request: HttpRequest) -> HttpResponse:
    return render(request, "account/sign_in_again.html", {"crumbs": _crumbs("Xác nhận")})


def _crumbs(last: str = "") -> list[Crumb]:
    page = "Xác thực hai lớp"
    steps = [Crumb("Trang chủ", "/"), Crumb("Tài khoản", reverse("accounts:settings"))]
    return [*steps, Crumb(page, reverse("mfa_index")), Crumb(last)] if last else [*steps, Crumb(page)]


def _too_many(response: HttpResponse, seconds: int) -> HttpResponse:
    """429 with the time to wait when a code was refused unseen."""
    if seconds:
        response.status_code = 429
        response["Retry-After"] = str(seconds)
    return response


# The second step of a sign-in


class SecondStepView(base_views.AuthenticateView):
    form_class = SecondStepForm
    webauthn_form_class = PasskeyStepForm
    template_name = "mfa/authenticate.html"

    def form_valid(self, form: SecondStepForm | PasskeyStepForm) -> HttpResponse:
        if isinstance(form, SecondStepForm):
            form.pass_on(self.request)
        else:
            form.save()
        return self.stage.exit()

    def form_invalid(self, form: SecondStepForm | PasskeyStepForm) -> HttpResponse:
        return _too_many(super().form_invalid(form), getattr(form, "wait_seconds", 0))

    def get_context_data(self, **kwargs) -> dict:
        had = factors.factors_of(self.stage.login.user)
        if had.application_since is None:
            self.auth_form.only_recovery_codes()
        found = super().get_context_data(**kwargs)
        return found | {
            "had": had,
            "options": json.dumps(found["js_data"]["request_options"]) if had.passkeys else "",
            "has_errors": self.auth_form.errors or self.webauthn_form.errors,
        }


@method_decorator(login_not_required, name="dispatch")
class PasskeySignInView(webauthn_views.LoginWebAuthnView):
    """With a passkey alone: a thing one has, and the finger, face or PIN that opens it."""

    form_class = PasskeySignInForm

    def form_valid(self, form: PasskeySignInForm) -> HttpResponse:
        factor = form.cleaned_data["credential"]
        login = Login(user=factor.user, redirect_url=get_next_redirect_url(self.request))
        return perform_passwordless_login(self.request, factor, login)


# Confirming once more inside


class _Confirming:
    """An account with nothing to confirm with can only sign in again."""

    def dispatch(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return super().dispatch(request, *args, **kwargs)
        except PermissionDenied:
            return _sign_in_again(request)


class ConfirmCodeView(_Confirming, base_views.ReauthenticateView):
    form_class = ConfirmCodeForm
    template_name = "mfa/reauthenticate.html"

    def form_valid(self, form: ConfirmCodeForm) -> HttpResponse:
        form.pass_on(self.request)
        return super(base_views.ReauthenticateView, self).form_valid(form)

    def form_invalid(self, form: ConfirmCodeForm) -> HttpResponse:
        return _too_many(super().form_invalid(form), form.wait_seconds)


class ConfirmPasskeyView(_Confirming, webauthn_views.ReauthenticateWebAuthnView):
    form_class = ConfirmPasskeyForm
    template_name = "mfa/webauthn/reauthenticate.html"

    def get_context_data(self, **kwargs) -> dict:
        found = super().get_context_data(**kwargs)
        return found | {
            "options": json.dumps(found["js_data"]["request_options"]),
            "reauthentication_alternatives": self.get_reauthentication_alternatives(),
        }

    def form_invalid(self, form: ConfirmPasskeyForm) -> HttpResponse:
        for message in form.errors["credential"]:
            messages.error(self.request, message)
        return HttpResponseRedirect(self.request.get_full_path())


# Its own pages


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """What protects the account, and what can be added."""
    return render(
        request,
        "mfa/index.html",
        {
            "crumbs": _crumbs(),
            "had": factors.factors_of(request.user),
            "most": factors.MOST_PASSKEYS,
            "needed": factors.is_needed(request.user),
        },
    )


@require_http_methods(["GET", "POST"])
@confirmed
@never_cache
def application(request: HttpRequest) -> HttpResponse:
    """Turn the application on, or move it to another telephone."""
    form = ApplicationForm(request.POST if request.method == "POST" else None, user=request.user)
    before = factors.factors_of(request.user)
    if request.method == "POST" and form.is_valid() and form.turn_on(session_key=request.session.session_key):
        return _go_on(request, before, "Đã bật ứng dụng tạo mã.")
    address = get_mfa_adapter().build_totp_url(request.user, form.secret)
    secret = form.secret
    return _too_many(
        render(
            request,
            "mfa/totp/activate_form.html",
            {
                "crumbs": _crumbs("Ứng dụng tạo mã"),
                "form": form,
                "picture": _picture(address),
                "address": address,
                "groups": [secret[at : at + _GROUP] for at in range(0, len(secret), _GROUP)],
                "replaces": before.application_since,
            },
        ),
        form.wait_seconds,
    )


def _picture(text: str) -> str:
    """The QR code as an address that holds the picture itself."""
    drawing = qrcode.make(text, image_factory=SvgPathFillImage, border=3).to_string()
    return f"data:image/svg+xml;base64,{base64.b64encode(drawing).decode()}"


def _go_on(request: HttpRequest, before: factors.Factors, said: str) -> HttpResponse:
    """After a factor was added: to the recovery codes when they are new."""
    messages.success(request, said)
    return redirect("mfa_view_recovery_codes" if before.codes_left is None else "mfa_index")


@require_http_methods(["GET", "POST"])
@confirmed
def remove_application(request: HttpRequest) -> HttpResponse:
    return _removal(request, Authenticator.objects.filter(user=request.user, type=factors.Type.TOTP).first())


@require_http_methods(["GET", "POST"])
@confirmed
def remove_passkey(request: HttpRequest, pk: int) -> HttpResponse:
    return _removal(request, _passkey(request, pk))


def _removal(request: HttpRequest, factor: Authenticator | None) -> HttpResponse:
    """A check page before, which says what it means."""
    if factor is None:
        raise Http404
    if request.method == "POST":
        factors.remove(user=request.user, factor=factor)
        messages.success(request, "Đã gỡ khỏi xác thực hai lớp.")
        return redirect("mfa_index")
    is_application = factor.type == factors.Type.TOTP
    last = factors.factors_of(request.user).count == 1
    effects = (
        [
            "Từ lần sau, đăng nhập chỉ cần mật khẩu.",
            "Mã dự phòng đang có cũng hết hiệu lực.",
        ]
        if last
        else ["Cách này không còn dùng được để đăng nhập. Các cách khác giữ nguyên."]
    )
    warning = ""
    if last and factors.is_needed(request.user):
        warning = (
            "Đây là lớp xác thực thứ hai duy nhất của đồng chí. Gỡ rồi, các vai trò của đồng chí sẽ tạm dừng cho "
            "đến khi đồng chí bật lại. Nếu chỉ muốn đổi điện thoại, đồng chí quay lại và thêm cách mới trước, rồi "
            "mới gỡ cách cũ."
        )
    return render(
        request,
        "mfa/remove.html",
        {
            "crumbs": _crumbs("Gỡ"),
            "title": "Gỡ ứng dụng tạo mã" if is_application else "Gỡ khóa truy cập",
            "facts": [] if is_application else [{"label": "Khóa truy cập", "value": factor.wrap().name}],
            "effects": effects,
            "warning": warning,
            "cancel_url": reverse("mfa_index"),
        },
    )


def _passkey(request: HttpRequest, pk: int) -> Authenticator | None:
    return Authenticator.objects.filter(user=request.user, type=factors.Type.WEBAUTHN, pk=pk).first()


@require_http_methods(["GET", "POST"])
@confirmed
@never_cache
def add_passkey(request: HttpRequest) -> HttpResponse:
    form = AddPasskeyForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        before = factors.factors_of(request.user)
        try:
            factors.add_passkey(
                user=request.user,
                name=form.cleaned_data["name"],
                credential=form.cleaned_data["credential"],
                session_key=request.session.session_key,
            )
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
        else:
            return _go_on(request, before, "Đã thêm khóa truy cập.")
    options = webauthn.begin_registration(request.user, True)
    context = {"crumbs": _crumbs("Thêm khóa truy cập"), "form": form, "options": json.dumps(options)}
    return render(request, "mfa/webauthn/add_form.html", context)


@require_http_methods(["GET", "POST"])
@confirmed
def rename_passkey(request: HttpRequest, pk: int) -> HttpResponse:
    factor = _passkey(request, pk)
    if factor is None:
        raise Http404
    form = RenamePasskeyForm(request.POST or None, initial={"name": factor.wrap().name})
    if request.method == "POST" and form.is_valid():
        factors.rename_passkey(user=request.user, pk=pk, name=form.cleaned_data["name"])
        messages.success(request, "Đã đổi tên khóa truy cập.")
        return redirect("mfa_index")
    return render(request, "mfa/webauthn/edit_form.html", {"crumbs": _crumbs("Đổi tên khóa"), "form": form})


@require_GET
@confirmed
@never_cache
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The codes while they are new; later only how many are left."""
    left = factors.factors_of(request.user).codes_left
    if left is None:
        raise Http404
    context = {"crumbs": _crumbs("Mã dự phòng"), "codes": _grouped(factors.codes_to_show(request.user)), "left": left}
    return render(request, "mfa/recovery_codes/index.html", context)


@require_GET
@confirmed
@never_cache
def download_codes(request: HttpRequest) -> HttpResponse:
    """The new codes as a text that every telephone opens."""
    codes = _grouped(factors.codes_to_show(request.user))
    if not codes:
        raise Http404
    lines = [
        "MÃ DỰ PHÒNG - SỔ TAY ĐẢNG VIÊN",
        f"Của đồng chí {request.user.full_name}, tạo ngày {timezone.localdate():%d/%m/%Y}",
        "Mỗi mã dùng được một lần, khi không có điện thoại. Không đưa cho ai khác.",
        "",
        *codes,
    ]
    # The mark at the beginning tells older programs that the letters are Vietnamese.
    response = HttpResponse("\ufeff" + "\r\n".join(lines) + "\r\n", content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="ma-du-phong-so-tay.txt"'
    return response


def _grouped(codes: list[str]) -> list[str]:
    return [f"{code[:_GROUP]} {code[_GROUP:]}" for code in codes]


@require_http_methods(["GET", "POST"])
@confirmed
def renew_codes(request: HttpRequest) -> HttpResponse:
    """New codes after a check page: those on paper are void from then on."""
    had = factors.factors_of(request.user)
    if not had.count:
        raise Http404
    if request.method == "POST":
        factors.renew_codes(user=request.user)
        messages.success(request, "Đã tạo mã dự phòng mới.")
        return redirect("mfa_view_recovery_codes")
    return render(
        request,
        "mfa/recovery_codes/generate.html",
        {
            "crumbs": _crumbs("Tạo lại mã dự phòng"),
            "facts": [{"label": "Mã còn dùng được", "value": f"{had.codes_left or 0} mã"}],
            "effects": [
                "Sổ tay tạo 10 mã mới và hiện ra một lần.",
                "Mọi mã cũ hết hiệu lực ngay, kể cả mã đã in ra giấy.",
            ],
            "cancel_url": reverse("mfa_index"),
        },
    )
