import pytest

from replaysandbox.scaffold.url_patterns import kind_of_segment, template_of_path, written


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("123e4567-e89b-42d3-a456-426614174000", "uuid"),
        ("4711", "number"),
        ("2026-06-01", "date"),
        ("2026-06-01T12:00:00Z", "id"),
        ("1HGCM82633A004352", "vin"),
        ("a@b.example", "email"),
        ("device_6fQtayv6j", "id"),
        ("deadbeef01", "id"),
        ("aB3xY9k2", "id"),
        ("batteries", None),
        ("ev-chargers", None),
        ("v2", None),
        ("oauth2", None),
        ("", None),
    ],
)
def test_what_varies_is_told_by_its_look(text: str, kind: str | None) -> None:
    assert kind_of_segment(text) == kind


@pytest.mark.parametrize(
    ("path", "secret", "template"),
    [
        ("batteries/4711", (), "/batteries/{batteryId}"),
        ("api/1/vehicles/99887766/command/wake_up", (), "/api/1/vehicles/{vehicleId}/command/wake_up"),
        ("2024-10/stores/12", (), "/2024-10/stores/{storeId}"),
        ("ev-chargers/12/sessions/13", (), "/ev-chargers/{evChargerId}/sessions/{sessionId}"),
        ("cars/1HGCM82633A004352/days/2026-06-01", (), "/cars/{vin}/days/{date}"),
        ("9912/13", (), "/{id}/{id2}"),
        ("a/hidden/b", (1,), "/a/{aId}/b"),
    ],
)
def test_a_path_is_written_with_names_for_what_varies(path: str, secret: tuple[int, ...], template: str) -> None:
    assert written(template_of_path(path.split("/"), secret)) == template
