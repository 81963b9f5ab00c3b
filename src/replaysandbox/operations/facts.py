"""What faults are told of a request and of a device."""

from __future__ import annotations

from datetime import datetime

from replaysandbox.core.device import DeviceRef
from replaysandbox.core.fault import FaultFacts, draw_key
from replaysandbox.core.pack import Pack
from replaysandbox.core.session import Session
from replaysandbox.operations.call import Call
from replaysandbox.operations.which import asked_device
from replaysandbox.world.world import World, model_of, number_of_device


def request_facts(call: Call) -> tuple[FaultFacts, str]:
    """Tell what is known of a request before it is carried out, and the id its path names, if it is a device's."""
    facts = FaultFacts(
        at=call.at,
        key=draw_key(call.world.seed, call.session.name, call.session.seen),
        route=call.route.name,
        pack=call.pack.name,
        hits=call.session.hits,
    )
    text = call.arguments.get("id")
    if text is None or not call.route.family:
        return facts, ""
    device = asked_device(call)
    if device is None:
        return facts, ""
    about = device_facts(call.pack, call.world, call.session, device, call.at)
    return (
        FaultFacts(
            at=facts.at,
            key=facts.key,
            route=facts.route,
            pack=facts.pack,
            vendor=about.vendor,
            home=about.home,
            home_name=about.home_name,
            family=about.family,
            hits=facts.hits,
        ),
        text,
    )


def device_facts(pack: Pack, world: World, session: Session, device: DeviceRef, at: datetime) -> FaultFacts:
    """Tell what is known of a device; its draws are the same at every instant."""
    named = world.scenario.named
    return FaultFacts(
        at=at,
        key=draw_key(world.seed, session.name, number_of_device(world, device)),
        pack=pack.name,
        vendor=model_of(world, device).make,
        home=device.home,
        home_name=named[device.home].name if device.home < len(named) else "",
        family=device.family,
        hits=session.hits,
    )
