"""mitmproxy's options: those that must hold are looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from replaysandbox.proxy.options import check_effective, make_options


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("connection_strategy", "eager"),
        ("upstream_cert", True),
        ("rawtcp", True),
        ("http3", True),
        ("ssl_insecure", True),
        ("validate_inbound_headers", False),
        ("stream_large_bodies", "1m"),
        ("ignore_hosts", [".*"]),
        ("allow_hosts", ["x"]),
        ("tcp_hosts", [".*"]),
        ("mode", ["regular"]),
    ],
)
def test_settings_that_must_hold_are_looked_at(tmp_path: Path, option: str, value: object) -> None:
    upstream = "http://127.0.0.1:9"
    options = make_options(tmp_path, upstream)
    check_effective(options, upstream)
    options.update(**{option: value})  # type: ignore[no-untyped-call]  # of mitmproxy
    with pytest.raises(RuntimeError, match=option):
        check_effective(options, upstream)
