from datetime import UTC, datetime

import pytest

from replaysandbox.core.beginning import Beginning, not_served


def test_an_engine_that_is_not_served_says_so() -> None:
    with pytest.raises(RuntimeError, match="not served"):
        not_served(Beginning(), datetime(2026, 6, 1, tzinfo=UTC))
