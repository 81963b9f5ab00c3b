"""pytest-replaysandbox: energy-device APIs for tests, from a replaysandbox in a process of its own."""

__version__ = "0.1.0"
