"""The provider of sign-on by OpenID Connect, from the environment (docs/decisions/0006-sign-on.md)."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from . import env


@dataclass(frozen=True)
class SignOn:
    """`issuer` names the provider and every binding to it. `acr_values`: only these ways of proving are taken, when
    any is given. `second_factor_acr`: these count as a second step, so that ours is not asked for."""

    issuer: str
    client_id: str
    client_secret: str
    name: str
    claim: str
    scopes: tuple[str, ...]
    acr_values: tuple[str, ...]
    second_factor_acr: tuple[str, ...]
    confirms_identity: bool
    insecure: bool = False


def from_environment(*, insecure: bool) -> SignOn | None:
    """None when no issuer is named. `insecure` allows a provider without TLS (tests, a developer's machine)."""
    schemes = ("https", "http") if insecure else ("https",)
    issuer = env.url("HANDBOOK_OIDC_ISSUER", "", schemes=schemes)
    if not issuer:
        return None
    parts = urlsplit(issuer)
    if parts.query or parts.fragment or len(issuer) > 190:
        raise ImproperlyConfigured(
            "Biến môi trường HANDBOOK_OIDC_ISSUER không hợp lệ: cần địa chỉ ngắn, không có ? và #."
        )
    return SignOn(
        issuer=issuer,
        client_id=env.text("HANDBOOK_OIDC_CLIENT_ID"),
        client_secret=env.secret("HANDBOOK_OIDC_CLIENT_SECRET"),
        name=env.text("HANDBOOK_OIDC_NAME", "hệ thống đăng nhập một lần"),
        claim=env.text("HANDBOOK_OIDC_CLAIM", "citizen_id"),
        scopes=tuple(dict.fromkeys(["openid", *env.words("HANDBOOK_OIDC_SCOPES", [])])),
        acr_values=tuple(env.words("HANDBOOK_OIDC_ACR", [])),
        second_factor_acr=tuple(env.words("HANDBOOK_OIDC_SECOND_FACTOR_ACR", [])),
        confirms_identity=env.flag("HANDBOOK_OIDC_CONFIRMS_IDENTITY", False),
        insecure=insecure,
    )
