from tests.unit.worlds import ask, first, told


def test_it_says_no_with_the_routes_error_once_the_device_is_there() -> None:
    assert (
        told(ask(f"/vehicle/{first('vehicle')}", method="POST", body={}))[1]["error"]["code"]
        == "DIRECT_ACTION_UNSUPPORTED"
    )
    assert told(ask("/vehicle/device_x", method="POST", body={}))[1]["error"]["code"] == "DEVICE_NOT_FOUND"
