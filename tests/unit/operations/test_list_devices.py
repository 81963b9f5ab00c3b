import pytest

from replaysandbox.operations.ids import user_id
from tests.unit.worlds import amps, ask, told


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "members", "has_more"),
    [
        ("", 10, False),
        ("limit=7", 7, True),
        ("limit=7&offset=7", 3, False),
        ("offset=10", 0, False),
        ("offset=999999999999", 0, False),
    ],
)
def test_pages_of_five_homes_with_two_vehicles_each(query: str, members: int, has_more: bool) -> None:
    _, body = told(ask(f"/vehicle?{query}", scenario="full-house"))
    assert (len(body["data"]["items"]), body["data"]["pagination"]["total"]) == (members, 10)
    assert body["data"]["pagination"]["hasMore"] is has_more


def test_a_users_list_holds_their_homes_devices_only() -> None:
    loaded = amps("full-house")
    whole = told(ask("/vehicle", scenario="full-house"))[1]["data"]["items"]
    seen = []
    for home in range(5):
        user = user_id(loaded.packs["amps"], loaded.world, home)
        page = told(ask(f"/vehicle?userId={user}", scenario="full-house"))[1]["data"]
        assert page["pagination"]["total"] == 2
        seen += page["items"]
    assert seen == whole


def test_a_stranger_has_nothing() -> None:
    _, body = told(ask("/vehicle?userId=user_stranger"))
    assert body["data"] == {"items": [], "pagination": {"limit": 10, "offset": 0, "total": 0, "hasMore": False}}
