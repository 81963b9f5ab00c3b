"""Operations on an API's plain collections: members are written, listed, read and deleted; the world does not care."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from replaysandbox.core.command_log import CommandLog
from replaysandbox.core.entries import Record
from replaysandbox.core.ids import encode
from replaysandbox.core.record import RecordView, member_of, members_of
from replaysandbox.operations.bending import rewound, told
from replaysandbox.operations.call import Call, Done, Refusal
from replaysandbox.operations.paging import cut, page_of
from replaysandbox.operations.view import view_device
from replaysandbox.operations.which import asked_device, asked_id, not_there

MOST_MEMBERS = 10_000
"""Most members of a collection. Ours: each write copies the list of them."""


def create_record(call: Call) -> Done | Refusal:
    """Add a member with an id of ours and the request's body."""
    stranger = _stranger(call)
    if stranger is not None:
        return stranger
    log = rewound(call.world, call.log, call.at)
    style = call.pack.collections[call.route.collection]
    text = encode(style, f"{call.pack.name}/{call.route.collection}", log.count + 1)
    return _written(call, log, text, {} if call.body is None else call.body)


def put_record(call: Call) -> Done | Refusal:
    """Write the member of the path argument `id`, whether it is there or not; a device of that id has to be there."""
    refused = not_there(call) or _stranger(call)
    if refused is not None:
        return refused
    log = rewound(call.world, call.log, call.at)
    text, body = asked_id(call), {} if call.body is None else call.body
    old = members(call.pack.name, log, call).get(text)
    if old is not None and not _is_meant(call, old):
        return _not_found(call, text)
    if call.route.merge and not call.route.family and call.route.by == "device" and old is None:
        return _not_found(call, text)
    if call.route.merge and old is not None and isinstance(old.body, Mapping) and isinstance(body, Mapping):
        body = {**old.body, **body}
    done = _written(call, log, text, body)
    device = asked_device(call) if isinstance(done, Done) and call.route.family else None
    if device is None or isinstance(done, Refusal):
        return done
    return replace(done, values={**done.values, "device": view_device(call, device)[0]}, device=text)


def list_records(call: Call) -> Done | Refusal:
    """List the members whose path arguments are the call's, oldest first."""
    part = _stranger(call) or cut(call)
    if isinstance(part, Refusal):
        return part
    found = members(call.pack.name, call.log, call).values()
    meant = [each for each in found if all(each.arguments.get(name) == text for name, text in call.arguments.items())]
    shown = meant[part.offset : part.offset + part.limit]
    return Done({"records": shown, "page": page_of(call, part, len(meant), len(shown))})


def read_record(call: Call) -> Done | Refusal:
    """Read the member of the path argument `id`."""
    found = _asked(call, call.log)
    return found if isinstance(found, Refusal) else Done({"record": found})


def delete_record(call: Call) -> Done | Refusal:
    """Delete the member of the path argument `id`; the template sees it as it was."""
    log = rewound(call.world, call.log, call.at)
    found = _asked(call, log)
    if isinstance(found, Refusal):
        return found
    return Done({"record": found}, log=told(call.world, log, _record(call, log, found.id, None)))


def _asked(call: Call, log: CommandLog) -> RecordView | Refusal:
    """Find the member of the path argument `id`, below the owners that the path names."""
    text = call.arguments["id"]
    found = members(call.pack.name, log, call).get(text)
    there = found is not None and _is_meant(call, found)
    return _stranger(call) or (found if there and found is not None else _not_found(call, text))


def _stranger(call: Call) -> Refusal | None:
    """Refuse a path whose argument is no member of the collection that the route says it is of."""
    for name, collection in call.route.of.items():
        text = asked_id(call) if name == "id" else call.arguments.get(name, "")
        if member_of(call.log, call.pack.name, call.at, collection, text) is None:
            return Refusal("record_not_found", {"record": text, "collection": collection})
    return None


def _is_meant(call: Call, found: RecordView) -> bool:
    """Tell whether a member was made below the same owners as the path names."""
    names = call.arguments.keys() & found.arguments.keys() - {"id"}
    return all(call.arguments[name] == found.arguments[name] for name in names)


def members(pack: str, log: CommandLog, call: Call) -> dict[str, RecordView]:
    """List the members of the route's collection at the call's instant."""
    return members_of(log, pack, call.at, call.route.collection)


def _written(call: Call, log: CommandLog, text: str, body: Any) -> Done | Refusal:
    there = members(call.pack.name, log, call)
    if text not in there and len(there) >= MOST_MEMBERS:
        return Refusal("bad_body", {"reason": f"would be more than {MOST_MEMBERS} members"})
    log = told(call.world, log, _record(call, log, text, body))
    return Done({"record": members(call.pack.name, log, call)[text]}, log=log)


def _record(call: Call, log: CommandLog, text: str, body: Any) -> Record:
    return Record(log.count + 1, call.at, call.pack.name, call.route.collection, text, body, call.arguments)


def _not_found(call: Call, text: str) -> Refusal:
    return Refusal("record_not_found", {"record": text, "collection": call.route.collection})
