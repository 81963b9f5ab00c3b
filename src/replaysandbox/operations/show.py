"""`show`: a route that touches nothing: its template says it all."""

from __future__ import annotations

from replaysandbox.operations.call import Call, Done, Refusal
from replaysandbox.operations.which import not_there


def show(call: Call) -> Done | Refusal:
    """Show the route's template, once the device or home that its path names is there."""
    return not_there(call) or Done({}, call.arguments.get("id", "") if call.route.family else "")
