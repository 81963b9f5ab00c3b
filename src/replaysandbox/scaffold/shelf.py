"""Templates as they are made: equal ones once, each under a name that tells."""

from __future__ import annotations

from dataclasses import dataclass, field

from replaysandbox.scaffold.names import slug


@dataclass(slots=True)
class Shelf:
    """Templates by name, and by what they say."""

    texts: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, text: str, ending: str = ".json.j2") -> str:
        """Keep a template; gives the name of the file it is in.

        Args:
            name: What it is a template of.
            text: The template.
            ending: Ending of the file's name: it says what the template makes.
        """
        key = ending + text
        if key not in self.names:
            taken = {each.partition(".")[0] for each in self.texts}
            self.names[key] = slug(name, taken) + ending
            self.texts[self.names[key]] = text
        return self.names[key]
