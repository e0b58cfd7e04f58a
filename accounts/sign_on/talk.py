"""Talking with the provider of sign-on by OpenID Connect: code flow with PKCE.

allauth makes the redirect, keeps the state in the session and exchanges the code. What it leaves out is checked here:
the signature of the identity token against the provider's published keys, its nonce, and that the further claims are
those of the same subject. Nothing of what the provider sends is stored but the subject."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import jwt
import requests
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare

# A shared secret is no proof of who signed, and "none" is no signature.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
_LEEWAY_SECONDS = 60
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class SignOnFailed(Exception):
    """The provider did not prove who this is; the text is for the log, never for the person."""


@dataclass(frozen=True)
class Proven:
    """What a checked answer of the provider says, and all that is taken from it."""

    issuer: str
    subject: str
    citizen_id: str
    acr: str


class NoSignUp(DefaultSocialAccountAdapter):
    """Nobody becomes an account by signing on; accounts come with the members."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False


class Provider(OpenIDConnectProvider):
    """The one provider of settings.SIGN_ON. Its bindings are kept under the issuer, so that another provider set up
    later inherits none."""

    def __init__(self, request: HttpRequest) -> None:
        chosen = settings.SIGN_ON
        app = SocialApp(
            provider=self.id,
            provider_id=chosen.issuer,
            name=chosen.name,
            client_id=chosen.client_id,
            secret=chosen.client_secret,
            settings={"server_url": chosen.issuer.rstrip("/"), "scope": list(chosen.scopes)},
        )
        super().__init__(request, app=app)

    def get_pkce_params(self) -> dict:
        """Always, and the nonce with it: made from the verifier, which stays in the session that asked."""
        pkce = generate_code_challenge()
        return pkce | {"nonce": nonce_of(pkce["code_verifier"])}

    def get_auth_params(self) -> dict:
        wanted = " ".join(settings.SIGN_ON.acr_values)
        return {"acr_values": wanted} if wanted else {}

    def get_oauth2_adapter(self, request: HttpRequest) -> "Talk":
        return Talk(request, self)


class Talk(OpenIDConnectOAuth2Adapter):
    """One exchange with the provider."""

    def __init__(self, request: HttpRequest, provider: Provider) -> None:
        super().__init__(request, provider.sub_id)
        self._provider = provider

    def get_provider(self) -> Provider:
        return self._provider

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("accounts:sign_on_back"))

    @property
    def openid_config(self) -> dict:
        config = super().openid_config
        if config.get("issuer") != settings.SIGN_ON.issuer:
            raise SignOnFailed("the discovery document names another issuer")
        schemes = {"https", "http"} if settings.SIGN_ON.insecure else {"https"}
        if any(urlsplit(str(config.get(name))).scheme not in schemes for name in _ENDPOINTS):
            raise SignOnFailed("an endpoint is missing or without TLS")
        return config

    def proven(self, code: str, verifier: str) -> Proven:
        """Exchange the code and check what comes back."""
        app = self._provider.app
        answer = self.get_client(self.request, app).get_access_token(code, pkce_code_verifier=verifier)
        claims = self._checked(str(answer.get("id_token") or ""), nonce_of(verifier))
        if settings.SIGN_ON.claim not in claims and "userinfo_endpoint" in self.openid_config:
            further = self._fetch_user_info(answer["access_token"])
            if further.get("sub") != claims["sub"]:
                raise SignOnFailed("the further claims are of another subject")
            claims |= {settings.SIGN_ON.claim: further.get(settings.SIGN_ON.claim)}
        acr = claims.get("acr")
        return Proven(
            issuer=claims["iss"],
            subject=claims["sub"],
            citizen_id=_digits(claims.get(settings.SIGN_ON.claim)),
            acr=acr if isinstance(acr, str) else "",
        )

    def _checked(self, token: str, nonce: str) -> dict[str, Any]:
        """The claims of an identity token that is what it should be in every respect."""
        header = jwt.get_unverified_header(token)
        claims = jwt.decode(
            token,
            key=self._key(header),
            algorithms=_ALGORITHMS,
            audience=settings.SIGN_ON.client_id,
            issuer=settings.SIGN_ON.issuer,
            leeway=_LEEWAY_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
        )
        if not constant_time_compare(str(claims["nonce"]), nonce):
            raise SignOnFailed("the nonce is not ours")
        if (
            isinstance(claims["aud"], list)
            and len(claims["aud"]) > 1
            and claims.get("azp") != settings.SIGN_ON.client_id
        ):
            raise SignOnFailed("the token was made for another client too")
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= 191:
            raise SignOnFailed("the subject cannot be kept")
        return claims

    def _key(self, header: Mapping[str, Any]) -> jwt.PyJWK:
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
            keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        keys = [key for key in keys if key.public_key_use in (None, "sig") and key.key_type in ("RSA", "EC", "OKP")]
        named = [key for key in keys if key.key_id == header["kid"]] if "kid" in header else keys
        if len(named) != 1:
            raise SignOnFailed("no key of the provider belongs to the token")
        return named[0]


def nonce_of(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(f"nonce:{verifier}".encode()).digest()).rstrip(b"=").decode()


def _digits(claim: object) -> str:
    """A citizen id exactly as it should be; anything else is as good as none."""
    return claim if isinstance(claim, str) and len(claim) == 12 and claim.isascii() and claim.isdigit() else ""


def address_of(request: HttpRequest, next_url: str) -> str:
    """Where to send the browser; what belongs to it is put into the session."""
    try:
        return Provider(request).redirect(request, process="login", next_url=next_url)["Location"]
    except (OAuth2Error, requests.RequestException, ValueError, KeyError) as error:
        raise SignOnFailed(type(error).__name__) from error


def state_of(request: HttpRequest) -> dict[str, Any] | None:
    """What this browser had put aside for the answer it brings; once, for some minutes, and for no other browser."""
    return statekit.unstash_state(request, provider_id=settings.SIGN_ON.issuer, state_id=request.GET.get("state", ""))


def prove(request: HttpRequest, verifier: str) -> Proven:
    """Who the provider says this is; raises SignOnFailed in every other case."""
    try:
        return Talk(request, Provider(request)).proven(request.GET.get("code", ""), verifier)
    except (
        OAuth2Error,
        requests.RequestException,
        jwt.PyJWTError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
    ) as error:
        # The text of these errors may hold what the provider sent.
        raise SignOnFailed(type(error).__name__) from error
