"""What OAuth 2.0 itself says, for packs that use it: answers and templates that a pack need not write again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from replaysandbox.files.yaml_file import Document
from replaysandbox.operations.oauth import OAUTH_ERROR_TEMPLATE

TEMPLATES = {
    OAUTH_ERROR_TEMPLATE: '{"error": {{ error.code }}, "error_description": {{ error.message }} }\n',
    "oauth-token.json.j2": (
        '{"access_token": {{ token.access }}, "token_type": "Bearer", "expires_in": {{ token.life_s }}'
        '{% if token.refresh %}, "refresh_token": {{ token.refresh }}{% endif %}'
        '{% if token.scope %}, "scope": {{ token.scope }}{% endif %} }\n'
    ),
}
"""Template → text. Source: RFC 6749, sections 5.1 and 5.2."""

_ERROR = {"template": OAUTH_ERROR_TEMPLATE}
_ANSWERS: dict[str, dict[str, Any]] = {
    "unsupported_grant": {
        "status": 400,
        "code": "unsupported_grant_type",
        "message": "The grant type {grant} is not supported.",
    },
    "invalid_client": {"status": 401, "code": "invalid_client", "message": "Client authentication failed."},
    "invalid_grant": {"status": 400, "code": "invalid_grant", "message": "The grant is not valid, or it has expired."},
    "bad_authorization": {
        "status": 400,
        "code": "invalid_request",
        "message": "client_id and redirect_uri are needed.",
    },
}
"""Error → answer. Source: RFC 6749, sections 4.1.2.1 and 5.2."""


def with_oauth(document: Document) -> Document:
    """Give a pack with OAuth the answers and the template of tokens that it does not say itself.

    Args:
        document: A pack.yaml of the right shape, its routes without groups.
    """
    data = document.data
    if "oauth" not in data:
        return document
    answers = {name: {**answer, **_ERROR} for name, answer in _ANSWERS.items()}
    errors = {**data["errors"], "answers": {**answers, **data["errors"]["answers"]}}
    routes = [
        {"template": "oauth-token.json.j2", **route} if route.get("operation") == "token" else route
        for route in data["routes"]
    ]
    return replace(document, data={**data, "errors": errors, "routes": routes})
