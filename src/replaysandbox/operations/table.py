"""The operations there are, by the word a route uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from replaysandbox.operations.accounts import link, unlink
from replaysandbox.operations.actions import cancel_action, list_actions, read_action
from replaysandbox.operations.batch import ask_batch
from replaysandbox.operations.call import Call, Done, Instead, Refusal
from replaysandbox.operations.command import give_command
from replaysandbox.operations.homes import list_homes, read_home
from replaysandbox.operations.list_devices import list_devices
from replaysandbox.operations.oauth import authorize, issue_token
from replaysandbox.operations.push import push_command
from replaysandbox.operations.read_device import read_device
from replaysandbox.operations.records import create_record, delete_record, list_records, put_record, read_record
from replaysandbox.operations.refuse import refuse
from replaysandbox.operations.series import read_series
from replaysandbox.operations.show import show
from replaysandbox.operations.write_settings import write_settings

OPERATIONS: Mapping[str, Callable[[Call], Done | Refusal | Instead]] = {
    "list": list_devices,
    "read": read_device,
    "push": push_command,
    "set": write_settings,
    "refuse": refuse,
    "list_actions": list_actions,
    "read_action": read_action,
    "cancel": cancel_action,
    "command": give_command,
    "list_homes": list_homes,
    "read_home": read_home,
    "series": read_series,
    "show": show,
    "batch": ask_batch,
    "create_record": create_record,
    "put_record": put_record,
    "list_records": list_records,
    "read_record": read_record,
    "delete_record": delete_record,
    "link": link,
    "unlink": unlink,
    "token": issue_token,
    "authorize": authorize,
}
