"""Questions below the owners of records: what is made, and listed, where the owner was made before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from replaysandbox.asking.calls import filled
from replaysandbox.asking.questions import Ask, Subject, with_least_body
from replaysandbox.core.session import Session


def below_owners(subject: Subject, session: Session, at: datetime) -> Iterator[Ask]:
    """Make and list records below an owner that the writes made; what is below that in turn is not asked for."""
    pack = subject.pack
    for route in sorted(pack.routes, key=lambda route: route.operation != "create_record"):
        if not route.owned or route.operation not in ("create_record", "list_records"):
            continue
        made = {name: [*session.log.records.get((pack.name, of), {})] for name, of in route.of.items()}
        if all(made.values()):
            path = filled(route.path, {name: texts[0] for name, texts in made.items()})
            request = subject.request(route, path, at)
            yield Ask(f"{route.name} of an owner", with_least_body(subject, route, request), at)
