from dataclasses import replace

from replaysandbox.core.pack import ErrorAnswer
from replaysandbox.faults.expired_key import answer_expired
from tests.unit.faults.make import ERRORS, demo, rule


def test_the_api_says_that_the_key_has_expired_as_well_as_it_can() -> None:
    expired = rule("expired_key")
    assert answer_expired(expired, demo()) == ERRORS["expired_key"]
    keyless = demo(expired_key=None)
    assert answer_expired(expired, keyless) == ERRORS["invalid_credential"]
    token = ErrorAnswer(401, "OLD", "The token has expired.")
    assert answer_expired(expired, replace(keyless, errors={**keyless.errors, "expired_token": token})) == token
