"""Deliveries as JSON values and back, for `--state`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from replaysandbox.core.delivery import Attempt, Delivery
from replaysandbox.core.webhooks import Message


def delivery_values(delivery: Delivery) -> dict[str, Any]:
    """Give a delivery as values that JSON can hold."""
    values = _values(delivery)
    values["message"] = _values(delivery.message) | {"body": delivery.message.body.decode()}
    values["attempts"] = [_values(attempt) for attempt in delivery.attempts]
    return values


def delivery_from(values: Mapping[str, Any]) -> Delivery:
    """Read a delivery back.

    Raises:
        ValueError: It is none that this version knows.
    """
    try:
        message, attempts = values["message"], values["attempts"]
        rest = {name: value for name, value in values.items() if name not in ("message", "attempts")}
        if rest.get("next_attempt") is not None:
            rest["next_attempt"] = datetime.fromisoformat(rest["next_attempt"])
        return Delivery(
            message=Message(
                **message | {"at": datetime.fromisoformat(message["at"]), "body": message["body"].encode()}
            ),
            attempts=tuple(Attempt(**each | {"wall": datetime.fromisoformat(each["wall"])}) for each in attempts),
            **rest,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it is no delivery that this version knows: {error}") from error


def _values(noun: Any) -> dict[str, Any]:
    pairs = ((field.name, getattr(noun, field.name)) for field in fields(noun))
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in pairs}
