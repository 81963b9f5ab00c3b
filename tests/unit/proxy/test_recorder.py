from __future__ import annotations

import pytest

from replaysandbox.proxy.recorder import failure_kind


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("[Errno -2] Name or service not known", "dns"),
        ("Certificate verify failed: self-signed certificate", "tls"),
        ("The remote server does not speak TLS.", "tls"),
        ("[Errno 111] Connect call failed ('127.0.0.1', 1)", "refused"),
        ("[Errno 113] No route to host", "refused"),
        ("[Errno 110] Connection timed out", "timeout"),
        ("server closed connection", "reset"),
        ("peer closed connection without sending complete message body (received 8 bytes, expected 1000)", "truncated"),
        ("something never seen before", "reset"),
    ],
)
def test_how_a_live_host_failed(message: str, kind: str) -> None:
    assert failure_kind(message) == kind
