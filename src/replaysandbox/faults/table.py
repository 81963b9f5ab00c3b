"""The faults there are, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from replaysandbox.faults import (
    action_fails,
    action_times_out,
    expired_key,
    hang_up,
    offline,
    rate_limit,
    slow,
    status,
)
from replaysandbox.faults.kind import Fault

_ALL = (
    status.FAULT,
    rate_limit.FAULT,
    expired_key.FAULT,
    hang_up.FAULT,
    slow.FAULT,
    offline.FAULT,
    action_fails.FAULT,
    action_times_out.FAULT,
)

FAULTS: Mapping[str, Fault] = MappingProxyType({fault.name: fault for fault in _ALL})
