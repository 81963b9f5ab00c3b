import pytest

from replaysandbox.contract.formats import FORMATS


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("date-time", "2026-06-01T00:00:00.5+02:00", "2026-06-01 00:00"),
        ("date", "2024-02-29", "2026-02-29"),
        ("time", "23:59:60Z", "24:00:00Z"),
        ("duration", "PT15M", "15 minutes"),
        ("email", "a@b.test", "ab.test"),
        ("ipv4", "127.0.0.1", "256.1.1.1"),
        ("ipv6", "::1", ":::1"),
        ("uuid", "123e4567-e89b-12d3-a456-426614174000", "123e4567"),
        ("uri", "https://a.test/x?y=1", "/only/a/path"),
        ("hostname", "api.test", "-a.test"),
        ("byte", "aGk=", "a"),
    ],
)
def test_a_format_is_asserted(name: str, good: str, bad: str) -> None:
    assert FORMATS[name](good)
    assert not FORMATS[name](bad)


def test_each_format_is_tried_above() -> None:
    tried = test_a_format_is_asserted.pytestmark[0].args[1]  # type: ignore[attr-defined] # set by pytest
    assert {row[0] for row in tried} == set(FORMATS)
