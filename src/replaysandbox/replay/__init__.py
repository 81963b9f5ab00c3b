"""Replay: which exchange of a capture answers a request, and with what."""
