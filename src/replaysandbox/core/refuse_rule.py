"""What a route says no to by what a request says: a word in its path, a password in its body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Words = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class RefuseRule:
    """One condition under which a route refuses.

    Attributes:
        error: Name of the error it is answered with.
        when: Place in the request (`path.mode`, `query.lang`, `headers.x-account`, `body.user.name`) → words, one of
            which has to be said at each. `wrong*` is what begins so, None what is not there.
        unless: The same; where one is said at each, the rule does not refuse.
    """

    error: str
    when: Mapping[str, Words] = field(default_factory=dict)
    unless: Mapping[str, Words] = field(default_factory=dict)


def says(words: Words, value: object) -> bool:
    """Tell whether a value is one of some words."""
    return any(_is(word, value) for word in words)


def _is(word: object, value: object) -> bool:
    if word is None or value is None or isinstance(value, bool) or isinstance(word, bool):
        return word is value
    if isinstance(word, str) and word.endswith("*"):
        return str(value).startswith(word[:-1])
    return str(word) == str(value)
