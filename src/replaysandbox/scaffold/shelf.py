"""Templates as they are made: equal ones once, each under a name that tells."""

from __future__ import annotations

from dataclasses import dataclass, field

from replaysandbox.scaffold.names import slug


@dataclass(slots=True)
class Shelf:
    """Templates by name, and by what they say."""

    texts: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, text: str) -> str:
        """Keep a template; gives the name of the file it is in."""
        if text not in self.names:
            taken = {each.removesuffix(".json.j2") for each in self.texts}
            self.names[text] = f"{slug(name, taken)}.json.j2"
            self.texts[self.names[text]] = text
        return self.names[text]
