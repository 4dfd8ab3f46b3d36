"""Programs and people that ask the interface, each with a token of their own, and what they send."""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from clausewise.vocab.role import Role
from tests.cli.cases import scar
from tests.unit.web.people import Somebody, somebody

API = "/api/v1"


@dataclass
class Caller:
    """Somebody with a token: an account at work for a tenant."""

    tenant: UUID
    account: Any
    token: str
    client: Any = field(repr=False)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send a request, an object as JSON; return the answer."""
        given = {"Authorization": f"Bearer {self.token}", "Host": "localhost", **headers}
        kind = given.pop("Content-Type", "application/json" if body is not None else "")
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.client.generic(method, API + path, data, content_type=kind, headers=given)

    def act(self, path: str, version: int = 0, body: Any = None, key: str = "", kind: str | None = None) -> Any:
        """Do something under a key, to a case that was seen with a version; `kind` is the content's, JSON by default."""
        given = {"Idempotency-Key": key or str(uuid4()), **({"If-Match": f'"{version}"'} if version else {})}
        return self.ask("POST", path, body, **given, **({} if kind is None else {"Content-Type": kind}))

    def signed(self, path: str, version: int, body: Any, stepped_up: bool = True) -> Any:
        """Do something to a case in a session, in which the account has just proved anew who it is."""
        browser = Somebody(self.account, self.tenant).browser(stepped_up)
        headers = {"Idempotency-Key": str(uuid4()), "If-Match": f'"{version}"', "Accept": "application/json"}
        return browser.post(API + path, json.dumps(body), content_type="application/json", headers=headers)

    def session_cookies(self) -> tuple[dict[str, str], str]:
        """The cookies of such a session, and the token of a form that goes with them."""
        from django.conf import settings

        browser, token = Somebody(self.account, self.tenant).browser(), secrets.token_hex(16)
        session = browser.cookies[settings.SESSION_COOKIE_NAME].value
        return {settings.SESSION_COOKIE_NAME: session, settings.CSRF_COOKIE_NAME: token}, token

    def submitted(self, **said: str) -> tuple[str, int]:
        """Submit a case of a scar, and return its id and version."""
        answer = self.act("/cases", body=scar_case(**said))
        assert 201 == answer.status_code, answer.content
        told = answer.json()
        return told["id"], told["version"]

    def file(self, *parts: tuple[str, str, bytes], path: str = "/cases", version: int = 0) -> Any:
        """Send files as the parts of a form, each with the name of its part, its own name and its content."""
        edge = secrets.token_hex(8)
        head = '--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n\r\n'
        body = b"".join(
            head.format(edge=edge, name=name, file=file).encode() + content + b"\r\n" for name, file, content in parts
        )
        return self.act(path, version, body + f"--{edge}--\r\n".encode(), kind=f"multipart/form-data; boundary={edge}")


def caller(tenant: UUID, *roles: Role) -> Caller:
    """A new account with these roles at a tenant, and a token that opens them."""
    from django.test import Client

    from clausewise.accounts.duties import make_token
    from clausewise.wiring.start import now

    account = somebody(tenant, *roles).account
    account.first_name, account.last_name = "Ada", "Example"
    account.save()
    return Caller(tenant, account, make_token(account, tenant, roles, now(), 1), Client())


def scar_case(**said: str) -> dict[str, Any]:
    """A case of a scar as an object; by default it is approved."""
    import yaml

    (case,) = yaml.load(scar(**said), Loader=yaml.BaseLoader)
    return {name: value for name, value in case.items() if name != "expect"}
