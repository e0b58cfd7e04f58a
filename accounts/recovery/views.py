"""The pages of a lost password, open to visitors. Whoever asks gets the same answers, known or not."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN, PasswordResetConfirmView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from common import request_context

from .. import letters, links
from ..throttle import TooManyFailures, attempt_of
from . import services
from .forms import CodeForm, LostPasswordForm, NewPasswordForm

_REFUSED = (
    "Số định danh cá nhân hoặc mã chưa đúng, hoặc mã đã hết hạn. "
    "Đồng chí kiểm tra lại từng chữ số; nếu vẫn chưa được, đề nghị cán bộ phụ trách cấp mã mới."
)
_DONE = "Đã đặt mật khẩu mới. Mời đồng chí đăng nhập bằng mật khẩu này."


@login_not_required
def lost(request: HttpRequest) -> HttpResponse:
    """The two ways, and the form of the first."""
    if request.user.is_authenticated:
        return redirect("account_change_password")
    by_letter = letters.go_out()
    form = LostPasswordForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST" and by_letter and form.is_valid():
        try:
            services.ask_for_link(
                citizen_id=form.cleaned_data["login"], address=request_context.current().address or "unknown"
            )
        except services.TooManyLetters:
            form.add_error(None, "Đã có nhiều đề nghị từ mạng này. Mời đồng chí thử lại sau một giờ.")
            status = 429
        else:
            return redirect("accounts:letter_asked")
    return render(request, "accounts/recovery/lost.html", {"form": form, "by_letter": by_letter}, status=status)


@require_GET
@login_not_required
def letter_asked(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/recovery/letter_asked.html")


@method_decorator([login_not_required], name="dispatch")
class ResetByLinkView(PasswordResetConfirmView):
    """Django's: the token goes from the address into the session before the form is shown."""

    form_class = NewPasswordForm
    token_generator = links.reset_tokens
    template_name = "accounts/recovery/reset_by_link.html"
    reset_url_token = "mat-khau-moi"
    success_url = reverse_lazy("account_login")

    def get_user(self, uidb64: str):
        user = super().get_user(uidb64)
        return user if user is not None and services.may_reset_by_link(user) else None

    def get_form_kwargs(self) -> dict:
        """Django's form takes the account first, ours by name; both come as `user`."""
        kwargs = super().get_form_kwargs()
        return {name: kwargs[name] for name in ("data", "user") if name in kwargs}

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:
        token = self.request.session.pop(INTERNAL_RESET_SESSION_TOKEN, "")
        if not services.reset_by_link(user=self.user, token=token, password=form.cleaned_data["password1"]):
            self.validlink = False
            return self.render_to_response(self.get_context_data(form=None))
        return _to_sign_in(self.request)


@sensitive_post_parameters()
@never_cache
@login_not_required
def reset_by_code(request: HttpRequest) -> HttpResponse:
    """Citizen id, the officer's code, a new password. Wrong tries count as wrong passwords do."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _code_page(request, form)
    given = form.cleaned_data
    attempt = attempt_of(request, given["login"])
    try:
        attempt.begin()
    except TooManyFailures as full:
        form.add_error(None, full.words)
        response = _code_page(request, form, status=429)
        response["Retry-After"] = str(full.seconds)
        return response
    try:
        services.reset_by_code(citizen_id=given["login"], typed=given["code"], password=given["password1"])
    except services.CodeRefused:
        services.refused(given["login"])
        form.add_error(None, _REFUSED)
        return _code_page(request, form)
    except ValidationError as refusal:
        attempt.give_back()
        form.add_error("password1", refusal)
        return _code_page(request, form)
    attempt.give_back()
    return _to_sign_in(request)


def _code_page(request: HttpRequest, form: CodeForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "days": settings.PASSWORD_CODE_DAYS, "hours": settings.HOLD_HOURS}
    return render(request, "accounts/recovery/reset_by_code.html", context, status=status)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Nobody is signed in by a reset, and who was, no longer is."""
    logout(request)
    messages.success(request, _DONE)
    return redirect("account_login")
