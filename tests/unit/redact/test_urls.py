from __future__ import annotations

from urllib.parse import parse_qsl, unquote

import pytest

from replaysandbox.redact.place import moved, moved_together
from replaysandbox.redact.urls import cover_pairs, cover_path, cover_url
from tests.unit.redact.made import cover

SECRET = "cnry5f0c9a77"


@pytest.mark.parametrize(
    "path",
    [
        f"/v1/token/{SECRET}",
        f"/x/{SECRET}{SECRET}/y",
        "/users/alice%40mail.example",
        "/vehicles/1M8GDM9AXKP042788/odometer",
    ],
)
def test_paths(path: str) -> None:
    covered = cover_path(path, cover())
    assert covered != path
    assert covered.count("/") == path.count("/")
    assert not {SECRET, "alice", "1M8GDM9AXKP042788"} & {unquote(part) for part in covered.split("/")}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/battery/device_abc123XYZ",
        "/oauth/token",
        "/v2.0/vehicles/550e8400-e29b-41d4-a716-446655440000",
        "//a//",
        "*",
    ],
)
def test_paths_that_tell_nothing(path: str) -> None:
    assert cover_path(path, cover()) == path


def test_pairs_keep_their_order_and_spelling() -> None:
    covered = cover_pairs(f"a=1&api_key={SECRET}&empty=&flag&b=x%20y+z&a=2", cover())
    assert covered.startswith("a=1&api_key=")
    assert covered.endswith("&empty=&flag&b=x%20y+z&a=2")
    assert SECRET not in covered


def test_pairs_of_a_form() -> None:
    covered = cover_pairs("user=Alice+Smith&password=p%26w1234", cover(), form=True)
    told = dict(parse_qsl(covered))
    assert "Alice" not in told["user"]
    assert told["user"][5] == " "
    assert len(told["password"]) == 7


def test_json_urls_and_pairs_inside_of_values() -> None:
    assert SECRET not in cover_pairs(f"filter=%7B%22token%22%3A%22{SECRET}%22%7D", cover())
    assert SECRET not in cover_pairs(f"next=https%3A%2F%2Fx.example%2F%3Ftoken%3D{SECRET}", cover())
    assert SECRET not in cover_pairs(f"next=%2Fx%3Ftoken%3D{SECRET}", cover())
    assert "52.5200" not in cover_pairs("ll=52.5200%2C13.4050", cover())


def test_urls() -> None:
    covered = cover_url(
        f"https://u:{SECRET}@x.example/token/{SECRET}1?code={SECRET}2#access_token={SECRET}3&x=1", cover()
    )
    assert SECRET not in covered
    assert covered.startswith("https://")
    assert "@x.example/token/" in covered
    assert covered.endswith("&x=1")
    assert cover_url("/relative?x=1", cover()) == "/relative?x=1"


@pytest.mark.slow  # the map of time zones takes its time to load
def test_both_coordinates_of_a_place_move_together() -> None:
    north, east = moved_together("32.333000", "-85.020000")
    assert (north, east) != (moved("32.333000"), moved("-85.020000"))
    made = cover_pairs("lon=-85.020000&limit=5&lat=32.333000", cover())
    assert made == f"lon={east}&limit=5&lat={north}"
    alone = cover_pairs("from_lat=32.333000&lng=-85.020000", cover())
    assert alone == f"from_lat={moved('32.333000')}&lng={moved('-85.020000')}"
