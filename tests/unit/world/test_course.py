from __future__ import annotations

from replaysandbox.world import scalar
from replaysandbox.world.course import Course, follow


def test_a_course_is_followed() -> None:
    course = Course((-3.0, 6.0, 9.0), (30.0, 66.0, 48.0))
    assert follow(scalar, course, 0.0) == (42.0, 4.0)
    assert follow(scalar, course, 6.0) == (66.0, -6.0)
