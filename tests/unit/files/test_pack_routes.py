from replaysandbox.core.pack import Credential, Parameter
from replaysandbox.core.pagination import Pagination
from replaysandbox.files.pack_routes import read_credentials, read_headers, read_parameter, read_route


def test_a_route_is_read_with_all_its_words() -> None:
    limit = Parameter("limit", "integer")
    route = read_route(
        "mine",
        {
            "route": "GET /a/{id}",
            "operation": "read",
            "host": "one.test",
            "by": "home",
            "offline": "show",
            "credentials": [],
            "pagination": {"style": "page", "page": "p", "limit": "limit"},
            "query": ["limit"],
            "headers": {"X-A": "1"},
        },
        {"limit": limit},
    )
    assert (route.name, route.hosts, route.by, route.offline, route.credentials) == (
        "GET /a/{id}",
        ("one.test",),
        "home",
        "show",
        (),
    )
    assert route.pagination == Pagination("page", "limit", page="p")
    assert (route.parameters, route.headers) == ((limit,), (("X-A", "1"),))
    plain = read_route("mine", {"route": "GET /a", "operation": "show", "host": ["a.test", "b.test"]}, {})
    assert (plain.hosts, plain.credentials, plain.pagination) == (("a.test", "b.test"), None, None)


def test_parameters_credentials_and_headers() -> None:
    assert read_parameter("n", {"type": "integer", "maximum": 5}).maximum == 5
    assert read_credentials([{"in": "query", "name": "key"}]) == (Credential("query", "key"),)
    assert read_headers({}) == ()
