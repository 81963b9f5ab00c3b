"""The vendor's own Smartcar package, as an app uses it: client id and secret in the environment."""

import json
from urllib.parse import parse_qs, urlsplit

import requests
import smartcar

client = smartcar.AuthClient(redirect_uri="https://app.example/callback")
told: dict = {}

sent_back = requests.get(client.get_auth_url(["read_battery"], {"state": "s1"}), allow_redirects=False, timeout=30)
answer = parse_qs(urlsplit(sent_back.headers["Location"]).query)
told["state"] = answer["state"]
access = client.exchange_code(answer["code"][0])
access = client.exchange_refresh_token(access.refresh_token)

vehicles = smartcar.get_vehicles(access.access_token)
told["listed"] = len(vehicles.vehicles) == vehicles.paging.count
metric = smartcar.Vehicle(vehicles.vehicles[0], access.access_token)
imperial = smartcar.Vehicle(vehicles.vehicles[0], access.access_token, {"unit_system": "imperial"})
told["attributes"] = metric.attributes().id == vehicles.vehicles[0]
told["vin"] = len(metric.vin().vin)
told["plugged in"] = metric.charge().is_plugged_in
told["battery"] = 0 < metric.battery().percent_remaining <= 1
miles = imperial.odometer()
told["km a mile"] = round(metric.odometer().distance / miles.distance, 3)
told["meta"] = [metric.odometer().meta.unit_system, miles.meta.unit_system, miles.meta.data_age]

batch = imperial.batch(["/odometer", "/", "/battery/capacity", "/charge/limit", "/fuel"])
told["batch"] = [
    batch.odometer().distance == miles.distance,
    batch.odometer().meta.unit_system,
    batch.attributes().id == vehicles.vehicles[0],
    batch.battery_capacity().capacity > 0,
    0 < batch.get_charge_limit().limit <= 1,
]
try:
    batch.fuel()
except smartcar.SmartcarException as error:
    told["error in batch"] = [error.type, error.code]

locked = metric.lock_status().is_locked
told["command"] = (metric.unlock() if locked else metric.lock()).status
told["changed"] = metric.lock_status().is_locked != locked

told["limit"] = [metric.set_charge_limit(0.8).status, metric.get_charge_limit().limit]
before = metric.charge()
told["charge command"] = (metric.stop_charge() if before.state == "CHARGING" else metric.start_charge()).status
told["charge"] = [before.state, metric.charge().state]

try:
    smartcar.Vehicle("no-such-vehicle", access.access_token).odometer()
except smartcar.SmartcarException as error:
    told["error"] = [error.status_code, error.type, bool(error.request_id)]
try:
    smartcar.Vehicle(vehicles.vehicles[0], "not-a-token").odometer()
except smartcar.SmartcarException as error:
    told["no token"] = [error.status_code, error.type]
print(json.dumps(told))
