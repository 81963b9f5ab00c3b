"""PyPI `teslapy`, as an app uses it: a refresh token and nothing else."""

import json
from os import environ

from requests import HTTPError
from teslapy import Tesla

told: dict = {}
kept: dict = {}
with Tesla("me@example.com", cache_loader=lambda: kept, cache_dumper=kept.update) as tesla:
    token = tesla.refresh_token(refresh_token=environ["TESLA_REFRESH_TOKEN"])
    told["token"] = bool(token["access_token"])
    cars = tesla.vehicle_list()
    sites = tesla.battery_list()
    told["products"] = [len(cars), len(sites)]
    car, site = cars[0], sites[0]
    before = car.get_vehicle_data()["charge_state"]
    done = car.command("STOP_CHARGE")
    after = car.api("VEHICLE_DATA")["response"]["charge_state"]
    told["charging"] = [before["charging_state"], done, after["charging_state"]]
    car.command("CHANGE_CHARGE_LIMIT", percent=60)
    told["limit"] = car.api("VEHICLE_DATA")["response"]["charge_state"]["charge_limit_soc"]
    mode = site.api("SITE_CONFIG")["response"]["default_real_mode"]
    site.api("OPERATION_MODE", default_real_mode="backup")
    told["mode"] = [mode, site.api("SITE_CONFIG")["response"]["default_real_mode"]]
    told["level"] = site.api("SITE_DATA")["response"]["percentage_charged"] > 0
    try:
        tesla.api("VEHICLE_SUMMARY", {"vehicle_id": 123456789012345})
    except HTTPError as error:
        told["error"] = [error.response.status_code, error.response.json()["error"]]
print(json.dumps(told))
