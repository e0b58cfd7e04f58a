"""A real OpenID provider on a thread: authlib's server behind a few addresses. It insists on a code challenge by S256
and checks the verifier; `spoil` lets a test have a token made that should be refused."""

import base64
import hmac
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from authlib.common.security import generate_token
from authlib.oauth2.rfc6749 import AuthorizationServer, ClientMixin, InvalidRequestError, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode
from joserfc import jwt
from joserfc.jwk import RSAKey

SECRET = "mot-bi-mat-cua-may"


@dataclass
class Person:
    """Who is signed in at the provider, and what it says of him."""

    sub: str
    claims: dict[str, Any] = field(default_factory=dict)
    acr: str = ""


@dataclass
class Code:
    code: str
    person: Person
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> str:
        return self.person.acr

    def get_amr(self) -> None:
        return None


class Portal(ClientMixin):
    """We, as the provider knows us."""

    client_id, client_secret = "so-tay", SECRET

    def get_client_id(self) -> str:
        return self.client_id

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, uri: str) -> bool:
        return uri.endswith("/tai-khoan/dang-nhap-mot-lan/tra-loi/")

    def check_client_secret(self, secret: str) -> bool:
        return secret == self.client_secret

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in ("client_secret_basic", "client_secret_post")

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


class Asked(OAuth2Request):
    def __init__(self, environ: dict) -> None:
        headers = {"Authorization": environ.get("HTTP_AUTHORIZATION", "")}
        super().__init__(
            environ["REQUEST_METHOD"], f"http://{environ['HTTP_HOST']}{environ['PATH_INFO']}", headers=headers
        )
        self._args = dict(parse_qsl(environ.get("QUERY_STRING", "")))
        length = int(environ.get("CONTENT_LENGTH") or 0)
        self._form = dict(parse_qsl(environ["wsgi.input"].read(length).decode()))
        self.payload = BasicOAuth2Payload({**self._args, **self._form})

    @property
    def args(self) -> dict:
        return self._args

    @property
    def form(self) -> dict:
        return self._form


class Challenge(CodeChallenge):
    """authlib lets a client with a secret leave the challenge out; this provider does not."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]

    def validate_code_challenge(self, grant: AuthorizationCodeGrant, redirect_uri: str) -> None:
        if grant.request.payload.data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("a code challenge by S256 is required")
        super().validate_code_challenge(grant, redirect_uri)


class Provider(AuthorizationServer):
    """`issuer`, and what the tests look at: `asked` (parameters of each authorization), `answers` (what the token
    endpoint said)."""

    def __init__(self) -> None:
        super().__init__(scopes_supported=None)
        self.key = RSAKey.generate_key(2048, {"kid": "khoa-1", "use": "sig", "alg": "RS256"})
        self.person: Person | None = None
        self.codes: dict[str, Code] = {}
        self.tokens: dict[str, Person] = {}
        self.asked: list[dict] = []
        self.answers: list[tuple[int, dict]] = []
        self.in_userinfo: dict[str, Any] | None = None
        self.discovery: dict[str, Any] = {}
        self.spoil: Callable[[str, dict, dict], str] | None = None
        self.register_token_generator("default", BearerTokenGenerator(lambda **kwargs: generate_token(42)))
        self.register_grant(_grant(self), [Challenge(required=True), _open_id(self)])
        self.http = make_server("127.0.0.1", 0, self._answer, _Server, _Quiet)
        self.issuer = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.http.shutdown()
        self.http.server_close()

    # what authlib asks for

    def query_client(self, client_id: str) -> Portal | None:
        return Portal() if client_id == Portal.client_id else None

    def save_token(self, token: dict, request: OAuth2Request) -> None:
        self.tokens[token["access_token"]] = request.user

    def create_oauth2_request(self, request: dict) -> Asked:
        return Asked(request)

    def handle_response(self, status: int, payload: Any, headers: list) -> tuple:
        return status, payload, headers

    def send_signal(self, name: str, *args, **kwargs) -> None:
        pass

    # the addresses

    def _answer(self, environ: dict, start: Callable) -> list[bytes]:
        status, payload, headers = {
            "/.well-known/openid-configuration": self._configuration,
            "/keys": self._keys,
            "/authorize": self._authorize,
            "/token": self._token,
            "/me": self._me,
        }[environ["PATH_INFO"]](environ)
        body = payload if isinstance(payload, str) else json.dumps(payload)
        start(
            f"{status} .",
            [(name, value) for name, value in headers if name != "Content-Type"]
            + [("Content-Type", "application/json")],
        )
        return [body.encode()]

    def _configuration(self, environ: dict) -> tuple:
        return (
            200,
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "userinfo_endpoint": f"{self.issuer}/me",
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            }
            | self.discovery,
            [],
        )

    def _keys(self, environ: dict) -> tuple:
        return 200, {"keys": [self.key.as_dict(private=False)]}, []

    def _authorize(self, environ: dict) -> tuple:
        request = self.create_oauth2_request(environ)
        self.asked.append(request.args)
        grant = self.get_authorization_grant(request)
        return self.create_authorization_response(request, self.person, grant=grant)

    def _token(self, environ: dict) -> tuple:
        answer = self.create_token_response(environ)
        self.answers.append(answer[:2])
        return answer

    def _me(self, environ: dict) -> tuple:
        person = self.tokens[environ["HTTP_AUTHORIZATION"].removeprefix("Bearer ")]
        return 200, {"sub": person.sub} | (self.in_userinfo or {}), []


class _Server(WSGIServer):
    allow_reuse_address = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args) -> None:
        pass


def _grant(provider: Provider) -> type[AuthorizationCodeGrant]:
    class Grant(AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]

        def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
            given = request.payload.data
            provider.codes[code] = Code(
                code, request.user, given["redirect_uri"], given.get("scope", ""), given.get("nonce", ""),
                given.get("code_challenge", ""), given.get("code_challenge_method", ""),
            )  # fmt: skip

        def query_authorization_code(self, code: str, client: Portal) -> Code | None:
            return provider.codes.get(code)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            del provider.codes[authorization_code.code]

        def authenticate_user(self, authorization_code: Code) -> Person:
            return authorization_code.person

    return Grant


def _open_id(provider: Provider) -> OpenIDCode:
    class OpenID(OpenIDCode):
        def exists_nonce(self, nonce: str, request: OAuth2Request) -> bool:
            return False

        def resolve_client_private_key(self, client: Portal) -> RSAKey:
            return provider.key

        def get_client_claims(self, client: Portal) -> dict:
            return {"iss": provider.issuer, "aud": [client.get_client_id()]}

        def get_encode_header(self, client: Portal) -> dict:
            return {"alg": "RS256", "kid": "khoa-1"}

        def generate_user_info(self, user: Person, scope: str) -> dict:
            return {"sub": user.sub} | user.claims

        def encode_id_token(self, token: dict, request: OAuth2Request) -> str:
            made = super().encode_id_token(token, request)
            if provider.spoil is None:
                return made
            header, claims = (json.loads(_decoded(part)) for part in made.split(".")[:2])
            return provider.spoil(made, header, claims)

    return OpenID(require_nonce=True)


def signed(key: RSAKey, header: dict, claims: dict) -> str:
    return jwt.encode(header, claims, key, ["RS256"])


def signed_with_secret(secret: bytes, claims: dict) -> str:
    """By a library that lets anything be a secret: ours would not make it."""
    text = ".".join([_encoded({"alg": "HS256", "typ": "JWT", "kid": "khoa-1"}), _encoded(claims)])
    mark = hmac.new(secret, text.encode(), "sha256").digest()
    return f"{text}.{base64.urlsafe_b64encode(mark).rstrip(b'=').decode()}"


def unsigned(claims: dict) -> str:
    return ".".join([_encoded({"alg": "none", "typ": "JWT"}), _encoded(claims), ""])


def _encoded(part: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
