"""PyPI `teslapy`, as an app uses it: a user who logs in once on Tesla's page."""

import json
import re
from urllib.parse import urljoin

import requests
from teslapy import Tesla

told: dict = {}
kept: dict = {}


def sign_in(url: str) -> str:
    """Do what a user does with the page: fill in its form; give where they are sent."""
    form = requests.get(url, timeout=30).text
    action = urljoin(url, re.findall(r'action="([^"]+)"', form)[0].replace("&amp;", "&"))
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
    told["page knows"] = fields["identity"]
    return requests.post(action, {**fields, "credential": "secret"}, allow_redirects=False, timeout=30).headers[
        "Location"
    ]


with Tesla("me@example.com", authenticator=sign_in, cache_loader=lambda: kept, cache_dumper=kept.update) as tesla:
    told["token"] = [bool(tesla.fetch_token()["access_token"]), bool(tesla.refresh_token()["refresh_token"])]
    cars = tesla.vehicle_list()
    sites = tesla.battery_list()
    told["products"] = [len(cars), len(sites)]
    car, site = cars[0], sites[0]
    told["decoded"] = car.decode_vin()["make"]
    car.sync_wake_up()
    told["awake"] = car.available()
    before = car.get_vehicle_data()["charge_state"]
    done = car.command("STOP_CHARGE")
    after = car.api("VEHICLE_DATA")["response"]["charge_state"]
    told["charging"] = [before["charging_state"], done, after["charging_state"]]
    for limit, name, sent in ((60, "CHANGE_CHARGE_LIMIT", {"percent": 60}), (90, "CHANGE_CHARGE_STANDARD", {})):
        car.command(name, **sent)
        told[name] = car.api("VEHICLE_DATA")["response"]["charge_state"]["charge_limit_soc"] == limit
    locked = [car.api("VEHICLE_DATA")["response"]["vehicle_state"]["locked"] for _ in (car.command("UNLOCK"),)]
    locked += [car.api("VEHICLE_DATA")["response"]["vehicle_state"]["locked"] for _ in (car.command("LOCK"),)]
    told["locked"] = locked
    told["range"] = car.dist_units(before["battery_range"]).endswith(" km")
    mode = site.get_site_info()["default_real_mode"]
    told["set"] = [site.set_operation("backup"), site.set_backup_reserve_percent(70)]
    site.set_import_export(allow_grid_charging=False, allow_battery_export=True)
    info = site.get_site_info()
    told["mode"] = [mode, info["default_real_mode"], info["backup_reserve_percent"]]
    told["export"] = info["components"]["customer_preferred_export_rule"]
    told["level"] = 0 < site.get_site_data()["percentage_charged"] <= 100
    history = site.get_calendar_history_data(kind="power", period="day", end_date="2026-06-01T12:00:00.000Z")
    told["history"] = [len(history["time_series"]), history["time_series"][-1]["solar_power"] > 0]
    try:
        tesla.api("VEHICLE_SUMMARY", {"vehicle_id": 123456789012345})
    except requests.HTTPError as error:
        told["error"] = [error.response.status_code, error.response.json()["error"]]
print(json.dumps(told))
