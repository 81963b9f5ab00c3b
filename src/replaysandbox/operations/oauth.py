"""`token`, `authorize`: OAuth 2.0 as far as clients need it. Anybody is let in who asks in the right shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from replaysandbox.core.credentials import basic_pair, credential_error
from replaysandbox.core.exchange import header
from replaysandbox.core.tokens import TokenKind, holder_number, issue, issued_at
from replaysandbox.core.urls import url_parts
from replaysandbox.operations.call import Call, Done, Refusal

OAUTH_ERRORS = frozenset(("unsupported_grant", "invalid_client", "invalid_grant", "bad_authorization"))
"""Errors that the operations of this file raise, and no others."""


_ASSERTION = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@dataclass(frozen=True, slots=True)
class TokenView:
    """What a client is given, as templates see it.

    Attributes:
        access: Access token.
        refresh: Refresh token, or None where the grant or the API gives none.
        life_s: Life of the access token. [s]
        refresh_life_s: Life of the refresh token. [s]
        expires: Instant at which the access token expires.
        scope: Scope asked for, or empty.
        client: Id of the client.
        grant: How it was asked for.
    """

    access: str
    refresh: str | None
    life_s: int
    refresh_life_s: int
    expires: datetime
    scope: str
    client: str
    grant: str


def issue_token(call: Call) -> Done | Refusal:
    """Issue tokens.

    Source:
        RFC 6749: 2.3.1 (Basic or form credentials of a client), 4.1.3, 4.3.2, 4.4.2, 6 (the four grants), 5.2 (errors);
        RFC 7523, 2.1: an assertion, here an access token, which some clients send as bearer of the request.
    """
    sent = call.body if isinstance(call.body, Mapping) else {}
    client, secret = _client(call, sent)
    grant = str(sent.get("grant_type", ""))
    if grant not in call.route.grants:
        return Refusal("unsupported_grant", {"grant": grant, "known": list(call.route.grants)})
    oauth = call.pack.oauth
    assert oauth is not None, "files/pack_names.py lets no `token` through without `oauth`"  # noqa: S101  # a bug of ours
    named = client or oauth.clients == "optional" or grant == _ASSERTION
    if not named or (grant == "client_credentials" and not (client and secret)):
        return Refusal("invalid_client", {"client": client})
    if not _granted(call, grant, sent):
        return Refusal("invalid_grant", {"grant": grant})
    holder = holder_number(call.world.seed, call.session.name, client)
    refreshable = oauth.refresh_s > 0 and grant != "client_credentials"
    token = TokenView(
        access=oauth.prefix + issue(call.pack.name, "access", call.at, holder),
        refresh=issue(call.pack.name, "refresh", call.at, holder) if refreshable else None,
        life_s=oauth.access_s,
        refresh_life_s=oauth.refresh_s,
        expires=call.at + timedelta(seconds=oauth.access_s),
        scope=str(sent.get("scope", "")),
        client=client,
        grant=grant,
    )
    return Done({"token": token})


def authorize(call: Call) -> Done | Refusal:
    """Send the user back to the app with a code, as if they had logged in and agreed.

    Source:
        RFC 6749, 4.1.1 and 4.1.2.
    """
    asked = dict(parse_qsl(call.request.query))
    place = asked.get("redirect_uri", "")
    parts = url_parts(place)
    if not asked.get("client_id") or not parts.scheme:
        return Refusal("bad_authorization", {"redirect_uri": place, "client": asked.get("client_id", "")})
    holder = holder_number(call.world.seed, call.session.name, asked["client_id"])
    answer = {"code": issue(call.pack.name, "code", call.at, holder)}
    if "state" in asked:
        answer["state"] = asked["state"]
    separator = "&" if parts.query else "?"
    return Done({"redirect": {"url": f"{place}{separator}{urlencode(answer)}", **answer}})


def _client(call: Call, sent: Mapping[str, object]) -> tuple[str, str]:
    """Tell who asks: from the Basic header, or from the body."""
    scheme, _, rest = (header(call.request.headers, "authorization") or "").strip().partition(" ")
    if scheme.lower() == "basic":
        name, _, secret = basic_pair(rest.strip()).partition(":")
        return name, secret
    return str(sent.get("client_id", "")), str(sent.get("client_secret", ""))


def _bearer(call: Call) -> str:
    scheme, _, rest = (header(call.request.headers, "authorization") or "").strip().partition(" ")
    return rest.strip() if scheme.lower() == "bearer" else ""


def _granted(call: Call, grant: str, sent: Mapping[str, object]) -> bool:
    oauth = call.pack.oauth
    if oauth is None:
        return False
    match grant:
        case "authorization_code":
            return _good(call, "code", str(sent.get("code", "")), oauth.code_s)
        case "refresh_token":
            return _good(call, "refresh", str(sent.get("refresh_token", "")), oauth.refresh_s)
        case _ if grant == _ASSERTION:
            return _good(call, "access", str(sent.get("assertion", "")) or _bearer(call), oauth.access_s)
        case "password":
            return bool(sent.get("username") or sent.get("email")) and bool(sent.get("password"))
        case _:
            return True


def _good(call: Call, kind: TokenKind, text: str, life_s: int) -> bool:
    """Tell whether a code or a token is one of ours and still good, or a key that the pack takes anyway."""
    prefix = call.pack.oauth.prefix if call.pack.oauth and kind == "access" else ""
    issued = issued_at(call.pack.name, kind, text.removeprefix(prefix))
    if issued is not None:
        return call.at < issued + timedelta(seconds=life_s)
    return bool(call.pack.keys) and bool(text) and not credential_error(call.pack, text)
