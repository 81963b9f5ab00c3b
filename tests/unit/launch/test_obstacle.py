from __future__ import annotations

import pytest

from replaysandbox.launch.obstacle import masked, title


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("/usr/bin/python3", "src/app.py", "--key", "s3cret"), "python3 app.py"),
        (("curl", "-H", "x-api-key: s3cret"), "curl"),
        (("curl", "https://user:s3cret@api.amps.ai/x.py"), "curl"),
        (("node", "server.mjs"), "node server.mjs"),
        (("sh", "-c", "app.py s3cret"), "sh"),
        ((), "a process"),
    ],
)
def test_a_process_is_named_without_its_arguments(argv: tuple[str, ...], said: str) -> None:
    assert title(argv) == said


def test_a_value_is_shown_without_password_and_not_at_any_length() -> None:
    assert masked("http://me:s3cret@corp.example:3128") == "http://…@corp.example:3128"
    assert len(masked("x" * 1000)) == 100
