"""`token`, `authorize`: OAuth 2.0 as far as clients need it.

Anybody is let in who asks in the right shape, and whom the route's `refuses` does not keep out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.credentials import basic_pair, credential_error
from replaysandbox.core.entries import Record
from replaysandbox.core.exchange import header
from replaysandbox.core.record import member_of
from replaysandbox.core.tokens import TokenKind, holder_number, issue, issued_at
from replaysandbox.core.urls import url_parts
from replaysandbox.operations.bending import rewound, told
from replaysandbox.operations.body import part_of
from replaysandbox.operations.call import Call, Done, Refusal

OAUTH_ERRORS = frozenset(("unsupported_grant", "invalid_client", "invalid_grant", "bad_authorization"))
"""Errors that the operations of this file raise, and no others."""

OAUTH_ERROR_TEMPLATE = "oauth-error.json.j2"
"""Template of those that a pack does not word itself: files/pack_oauth.py gives it."""

_USED = "used refresh tokens"
"""Name of the collection that notes them; no pack can have one of that name. Ours."""

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
    sent = _sent(call)
    client, secret = _client(call, sent)
    grant = str(sent.get("grant_type", ""))
    if grant not in call.route.grants:
        return Refusal("unsupported_grant", {"grant": grant, "known": list(call.route.grants)})
    oauth = call.pack.oauth
    assert oauth is not None, "files/pack_names.py lets no `token` through without `oauth`"  # noqa: S101  # a bug of ours
    asks_for_it = oauth.clients == "required" and (not call.route.body or "client_id" in call.route.body)
    named = client or not asks_for_it or grant == _ASSERTION
    if not named or (grant == "client_credentials" and not (client and secret)):
        return Refusal("invalid_client", {"client": client})
    if not _granted(call, grant, sent):
        return Refusal("invalid_grant", {"grant": grant})
    log = _used(call, grant, sent)
    turn = (str(log.count),) if log is not None else ()
    holder = holder_number(call.world.seed, call.session.name, client, *turn)
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
    return Done({"token": token}, log=log)


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


def _sent(call: Call) -> Mapping[str, object]:
    """Read what is asked for, in OAuth's own words; where a route names its own, its one grant need not be said."""
    sent = call.body if isinstance(call.body, Mapping) else {}
    if not call.route.body:
        return sent
    named = {word: part_of(sent, path) for word, path in call.route.body.items()}
    alone = {"grant_type": call.route.grants[0]} if len(call.route.grants) == 1 else {}
    return {**alone, **sent, **{word: value for word, value in named.items() if value is not None}}


def _used(call: Call, grant: str, sent: Mapping[str, object]) -> CommandLog | None:
    """Note that a refresh token was used, where it is good once."""
    if grant != "refresh_token" or call.pack.oauth is None or not call.pack.oauth.rotates:
        return None
    log = rewound(call.world, call.log, call.at)
    token = str(sent.get("refresh_token", ""))
    return told(call.world, log, Record(log.count + 1, call.at, call.pack.name, _USED, token, True))


def _is_used(call: Call, token: str) -> bool:
    return member_of(call.log, call.pack.name, call.at, _USED, token) is not None


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
            token = str(sent.get("refresh_token", ""))
            return _good(call, "refresh", token, oauth.refresh_s) and not _is_used(call, token)
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
