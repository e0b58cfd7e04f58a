"""A passkey in software: answers as a telephone does, so that the server's checks can be tried one by one."""

import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAG = AuthenticatorData.FLAG


class SoftPasskey:
    """One credential of one site; `verified` is whether a finger, a face or a PIN was asked for."""

    def __init__(self, origin: str = "https://testserver", name: bytes = b"k" * 16, *, verified: bool = True) -> None:
        self.origin, self.id = origin, name
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.flags = FLAG.UP | (FLAG.UV if verified else 0)
        self.handle = b""

    def create(self, options: dict) -> str:
        public = options["publicKey"]
        self.site, self.handle = public["rp"]["id"], websafe_decode(public["user"]["id"])
        credential = AttestedCredentialData.create(
            Aaguid.NONE, self.id, ES256.from_cryptography_key(self.key.public_key())
        )
        data = AuthenticatorData.create(sha256(self.site.encode()), self.flags | FLAG.AT, 0, credential)
        client = self._client(CollectedClientData.TYPE.CREATE, public["challenge"])
        return self._answer(
            {
                "clientDataJSON": websafe_encode(client),
                "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
            },
            {"credProps": {"rk": True}},
        )

    def get(self, options: dict) -> str:
        public = options["publicKey"]
        data = AuthenticatorData.create(sha256(public["rpId"].encode()), self.flags, 0)
        client = self._client(CollectedClientData.TYPE.GET, public["challenge"])
        signature = self.key.sign(data + sha256(client), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": websafe_encode(client),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": websafe_encode(self.handle),
            },
            {},
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        return CollectedClientData.create(type=kind, challenge=challenge, origin=self.origin)

    def _answer(self, response: dict, extensions: dict) -> str:
        name = websafe_encode(self.id)
        answer = {"id": name, "rawId": name, "type": "public-key", "response": response}
        return json.dumps(answer | {"clientExtensionResults": extensions})
