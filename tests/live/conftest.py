"""What the tests with a live API share: the server, and somebody who stands before it."""

from tests.record.conftest import api, person

__all__ = ["api", "person"]
