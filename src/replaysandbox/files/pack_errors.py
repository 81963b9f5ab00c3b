"""Errors that packs word: which ones what raises, and what is known then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ENGINE_ERRORS = (
    "missing_credential",
    "invalid_credential",
    "bad_parameter",
    "device_not_found",
    "device_offline",
)
"""Errors the engine itself raises; every pack says how its API words them."""

OPERATION_ERRORS = {
    "push": (
        "bad_body",
        "unknown_command",
        "unsupported_parameter",
        "unsupported_unit",
        "parameter_out_of_range",
        "execution_not_supported",
        "start_in_past",
        "start_out_of_range",
        "invalid_time_window",
        "conflict",
        "conflict_at_work",
    ),
    "set": ("bad_body", "unsupported_setting", "read_only_setting", "unsupported_unit", "parameter_out_of_range"),
    "read_action": ("action_not_found",),
    "cancel": ("action_not_found", "not_cancellable"),
    "command": ("bad_body", "unknown_command", "unsupported_unit", "parameter_out_of_range"),
    "series": ("range_too_long",),
    "batch": ("bad_body",),
    "create_record": ("bad_body",),
    "put_record": ("bad_body", "record_not_found"),
    "read_record": ("record_not_found",),
    "delete_record": ("record_not_found",),
    "token": ("bad_body", "unsupported_grant", "invalid_client", "invalid_grant"),
    "authorize": ("bad_authorization",),
}
"""Errors that some operations raise beside those; a pack that uses such an operation words them."""

ERROR_FACTS: Final[Mapping[str, tuple[str, ...]]] = {
    "bad_parameter": ("parameter", "value", "reason"),
    "bad_body": ("reason",),
    "device_not_found": ("device",),
    "device_offline": ("device",),
    "record_not_found": ("record", "collection"),
    "action_not_found": ("action",),
    "not_cancellable": ("stage",),
    "unknown_command": ("command", "known"),
    "unsupported_parameter": ("parameters", "known"),
    "unsupported_unit": ("parameter", "provided", "supported"),
    "parameter_out_of_range": ("parameter", "value", "minimum", "maximum", "unit"),
    "unsupported_setting": ("setting", "known"),
    "read_only_setting": ("setting",),
    "execution_not_supported": ("requested", "supported"),
    "start_in_past": ("reason",),
    "start_out_of_range": ("reason",),
    "invalid_time_window": ("reason",),
    "range_too_long": ("step", "days", "longest"),
    "conflict": ("reason", "actions", "strategies"),
    "conflict_at_work": ("reason", "actions"),
    "unsupported_grant": ("grant", "known"),
    "invalid_client": ("client",),
    "invalid_grant": ("grant",),
    "bad_authorization": ("redirect_uri", "client"),
}
"""Error → its facts: what its message may name in braces, and its details may hold."""
