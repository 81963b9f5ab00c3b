"""A small pack made by hand, for the tests of the core."""

from replaysandbox.core.pack import Credential, ErrorAnswer, KeyRule, Pack, Parameter, Route


def make_route(name: str, pack: str = "demo", **more: object) -> Route:
    method, path = name.split(" ")
    return Route(pack, method, path, "read", "battery", "one.json.j2", **more)  # type: ignore[arg-type]


def make_pack(*routes: Route, name: str = "demo", host: str = "api.demo.test") -> Pack:
    return Pack(
        name=name,
        title="Demo",
        learnt_from="tests",
        learnt_on="2026-01-01",
        hosts=(host,),
        routes=routes,
        credentials=(
            Credential("header", "x-api-key"),
            Credential("header", "Authorization", "Bearer"),
            Credential("query", "key"),
        ),
        keys=(KeyRule(("bad_",), "revoked"), KeyRule(("sk_", "pk_"))),
        errors={"revoked": ErrorAnswer(401, "REVOKED", "no")},
        error_template="error.json.j2",
        headers=(),
        ids={},
        templates={},
        example_key="sk_1",
    )


LIMIT = Parameter("limit", "integer", default=10, minimum=1, maximum=50)
FAST = Parameter("fast", "boolean")
KIND = Parameter("kind", "string", choices=("a", "b"))
