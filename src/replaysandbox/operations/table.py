"""The operations there are, by the word a route uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from replaysandbox.operations.actions import cancel_action, list_actions, read_action
from replaysandbox.operations.call import Call, Done, Refusal
from replaysandbox.operations.list_devices import list_devices
from replaysandbox.operations.push import push_command
from replaysandbox.operations.read_device import read_device
from replaysandbox.operations.refuse import refuse
from replaysandbox.operations.write_settings import write_settings

OPERATIONS: Mapping[str, Callable[[Call], Done | Refusal]] = {
    "list": list_devices,
    "read": read_device,
    "push": push_command,
    "set": write_settings,
    "refuse": refuse,
    "list_actions": list_actions,
    "read_action": read_action,
    "cancel": cancel_action,
}
