import pytest

from replaysandbox.scaffold.paths import RoutePath, route_path, shape


@pytest.mark.parametrize(
    ("path", "device", "written"),
    [
        ("/a/{id}", -1, RoutePath("/a/{id}")),
        ("/a/{thing-id}/b/{x}", -1, RoutePath("/a/{thingId}/b/{x}")),
        ("/a/{id}/b/{x}", 3, RoutePath("/a/{id2}/b/{id}")),
        ("/a/{x}/{x}/", -1, RoutePath("/a/{x}/{x2}")),
        ("/a/{day}.csv", -1, RoutePath("/a/{day}", True)),
        ("/c/{base}...{head}", -1, RoutePath("/c/{baseHead}", True)),
        ("/", -1, RoutePath("/")),
        ("/a b", -1, None),
        ("/a?x=1", -1, None),
        ("a", -1, None),
    ],
)
def test_braces_catch_whole_segments_each_by_a_name(path: str, device: int, written: RoutePath | None) -> None:
    assert route_path(path, device) == written


def test_paths_that_catch_the_same_have_one_shape() -> None:
    assert shape("/a/{id}/") == shape("/a/{name}") == "/a/{}"
