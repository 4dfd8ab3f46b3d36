"""An authenticator in software: what a browser and a security key answer, as the WebAuthn specification says."""

import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

ORIGIN, RP_ID = "http://localhost", "localhost"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class SoftwareKey:
    """A passkey: one credential, its private key, and whom it was made for."""

    def __init__(self) -> None:
        self.id = secrets.token_bytes(32)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.user = b"1"

    def register(self, options: Any) -> str:
        """What a browser sends after a passkey was made."""
        asked = options["publicKey"]
        self.user = _plain(asked["user"]["id"])
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        said = _authenticator(RP_ID, PRESENT | VERIFIED | ATTESTED) + attested
        told = _client("webauthn.create", _plain(asked["challenge"]))
        made = cbor.encode({"fmt": "none", "attStmt": {}, "authData": said})
        response = {"clientDataJSON": websafe_encode(told), "attestationObject": websafe_encode(made)}
        return self._credential(response, {"credProps": {"rk": True}})

    def sign(
        self, options: Any, signature: bytes = b"", rp_id: str = RP_ID, verified: bool = True, challenge: bytes = b""
    ) -> str:
        """What a browser sends when somebody signs in; each argument forges a part."""
        said = _authenticator(rp_id, PRESENT | (VERIFIED if verified else 0))
        told = _client("webauthn.get", challenge or _plain(options["publicKey"]["challenge"]))
        signed = signature or self.key.sign(said + hashlib.sha256(told).digest(), ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": told, "authenticatorData": said, "signature": signed, "userHandle": self.user}
        return self._credential({name: websafe_encode(part) for name, part in parts.items()}, {})

    def _credential(self, response: dict[str, str], extensions: dict[str, Any]) -> str:
        id = websafe_encode(self.id)
        said = {"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": extensions}
        return json.dumps(said)


def _plain(value: Any) -> bytes:
    return value if isinstance(value, bytes) else websafe_decode(value)


def _authenticator(rp_id: str, flags: int) -> bytes:
    return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + bytes(4)


def _client(kind: str, challenge: bytes) -> bytes:
    said = {"type": kind, "challenge": websafe_encode(challenge), "origin": ORIGIN, "crossOrigin": False}
    return json.dumps(said).encode()
