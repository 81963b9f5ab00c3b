"""What the tests of vendors' own packages share: a machine with no network, and packages from the npm registry."""

from tests.clients.conftest import npm_packages, offline

__all__ = ["npm_packages", "offline"]
