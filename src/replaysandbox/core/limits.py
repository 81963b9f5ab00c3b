"""How much the sandbox takes before it says no. One place; docs/limits.md says what a client sees beyond each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that a user may move; the defaults suit test suites on one machine.

    Attributes:
        head_bytes: Longest request line and header fields together, and longest TLS ClientHello. Ours: servers take
            8 to 64 KiB. [B]
        body_bytes: Longest request body, and most that may be sent ahead of an answer. Ours: APIs exchange kB. [B]
        request_s: How long a client may take from the first byte of a request to its last. Ours. [s]
        idle_s: How long a connection may be silent, tunnels of `--pass` included. Source: mitmproxy's default. [s]
        connections: Clients served at a time, fewer where the process may open fewer files. Ours.
        connection_requests: Requests on one HTTP/1 connection; the last is answered and says so. 0 for any.
        sessions: Sessions at a time. Ours: each may hold a journal.
        journal_exchanges: Exchanges a session's journal keeps; older ones are dropped, their counts stay. Ours.
        journal_bytes: Bytes of bodies it keeps. Ours: some 20,000 single devices, or 300 pages of 50. [B]
        template_bytes: Longest body a template may make. Ours: a list of 50 devices takes 50 kB. [characters]
        template_steps: Most loop rounds and calls of one rendering. Ours: a list of 50 devices takes some 500.
        remembered: Requests that are remembered with their answers, because they are asked again; 0 for none. Ours.
        decoded_bytes: Most that a recorded body may become as its content coding is taken off. Ours: bodies up to
            100 MB are kept, and what is far more is a bomb. [B]
        capture_bytes: Longest capture that `record` writes; then recording stops and says so. 0 for any. [B]
    """

    head_bytes: int = 64 * 1024
    body_bytes: int = 8 * 1024 * 1024
    request_s: float = 60
    idle_s: int = 600
    connections: int = 4_000
    connection_requests: int = 0
    sessions: int = 1_000
    journal_exchanges: int = 10_000
    journal_bytes: int = 16_000_000
    template_bytes: int = 8_000_000
    template_steps: int = 200_000
    remembered: int = 1_000
    decoded_bytes: int = 256 * 1024 * 1024
    capture_bytes: int = 0


USUAL = Limits()
"""What holds where nobody says anything else."""
