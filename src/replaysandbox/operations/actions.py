"""`list_actions`, `read_action`, `cancel`: the API's records of commands."""

from __future__ import annotations

from itertools import islice

from replaysandbox.core.action import Action, stage_at
from replaysandbox.core.entries import Cancelled
from replaysandbox.operations.bending import rewound, told
from replaysandbox.operations.call import Call, Done, Refusal
from replaysandbox.operations.ids import device_id, find_action, user_id
from replaysandbox.operations.paging import cut, page_of, selected
from replaysandbox.operations.view import view_action


def list_actions(call: Call) -> Done | Refusal:
    """List the actions that came by this API, newest first, narrowed and cut as the query says."""
    part = cut(call)
    if isinstance(part, Refusal):
        return part
    meant = [action for action in reversed(list(call.log.actions.values())) if _meant(call, action)]
    page = list(islice(meant, part.offset, part.offset + part.limit))
    views = [view_action(call.pack, call.world, action, call.at) for action in page]
    return Done({"actions": views, "page": page_of(call, part, len(meant), len(page))})


def _meant(call: Call, action: Action) -> bool:
    if action.pack != call.pack.name or action.created > call.at:
        return False
    return all(_seen(call, action, what) == value for what, value in selected(call).items())


def _seen(call: Call, action: Action, what: str) -> str:
    match what:
        case "family":
            return action.device.family
        case "stage":
            return stage_at(action, call.at)
        case "device":
            return device_id(call.pack, call.world, action.device)
        case _:
            return user_id(call.pack, call.world, action.device.home)


def read_action(call: Call) -> Done | Refusal:
    """Read one action by the path argument `id`."""
    text = call.arguments["id"]
    action = find_action(call.pack, call.log, text, call.at, call.route.family)
    if action is None:
        return Refusal("action_not_found", {"action": text})
    view = view_action(call.pack, call.world, action, call.at)
    return Done({"action": view}, view.device_id)


def cancel_action(call: Call) -> Done | Refusal:
    """Cancel an action in a stage in which the pack lets it be cancelled: unless it says more, before it begins."""
    text = call.arguments["id"]
    log = rewound(call.world, call.log, call.at)
    action = find_action(call.pack, log, text, call.at, call.route.family)
    if action is None:
        return Refusal("action_not_found", {"action": text})
    device = device_id(call.pack, call.world, action.device)
    stage = stage_at(action, call.at)
    if stage not in call.pack.controls[action.device.family].cancellable:
        return Refusal("not_cancellable", {"stage": stage}, device)
    log = told(call.world, log, Cancelled(call.at, (action.number,)))
    view = view_action(call.pack, call.world, log.actions[action.number], call.at)
    return Done({"action": view}, device, log)
