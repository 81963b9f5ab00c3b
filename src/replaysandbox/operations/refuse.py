"""`refuse`: a route that exists and always says no, as the API does."""

from __future__ import annotations

from replaysandbox.operations.call import Call, Refusal
from replaysandbox.operations.which import not_there


def refuse(call: Call) -> Refusal:
    """Say no with the error the route names; a device that is not there comes first."""
    return not_there(call) or Refusal(call.route.error, {}, call.arguments.get("id", ""))
