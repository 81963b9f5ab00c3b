"""The vendor's own Smartcar package, as an app uses it: client id and secret in the environment."""

import json
from urllib.parse import parse_qs, urlsplit

import requests
import smartcar
from smartcar.smartcar import get_compatibility_matrix, get_vehicle

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

# --- the rest of what the package can ask
told["user"] = len(smartcar.get_user(access.access_token).id)
nominal = metric.nominal_capacity()
told["nominal"] = (
    nominal.capacity["nominal"] == nominal.availableCapacities[0].capacity == metric.battery_capacity().capacity
)
told["place"] = metric.location().latitude != 0
kpa, psi = metric.tire_pressure().front_left, imperial.tire_pressure().front_left
told["tires"] = round(kpa / psi, 2)
told["permissions"] = [len(metric.permissions().permissions), metric.permissions({"limit": 2, "offset": 1}).permissions]
told["destination"] = metric.send_destination(59.9, 10.7).status
told["subscribed"] = metric.subscribe("my-webhook").webhook_id
told["unsubscribed"] = metric.unsubscribe("amt", "my-webhook").status
told["refused"] = []
for ask in (
    metric.engine_oil,
    metric.fuel,
    metric.service_history,
    metric.diagnostic_system_status,
    metric.diagnostic_trouble_codes,
):
    try:
        ask()
    except smartcar.SmartcarException as error:
        told["refused"].append([error.status_code, error.type])
for fault in ("error=asleep", "rate_limit; retry_after_s=30"):
    try:
        metric.request("GET", "odometer", headers={"X-Sandbox-Fault": fault})
    except smartcar.SmartcarException as error:
        told[fault] = [error.status_code, error.type, error.code, getattr(error, "retry_after", None)]
told["compatible"] = [
    each.capable for each in smartcar.get_compatibility("WVW", ["read_battery", "read_horn"]).capabilities
]
told["matrix"] = sorted(get_compatibility_matrix("EUROPE", "TESLA FORD"))
told["v3"] = get_vehicle(access.access_token, vehicles.vehicles[0])["body"]["attributes"]["make"]
signals = {each["id"]: each["attributes"]["body"] for each in metric.get_signals()["body"]["data"]}
soc = metric.get_signal("tractionbattery-stateofcharge")["body"]["attributes"]
told["signals"] = [len(signals), soc["body"] == signals["tractionbattery-stateofcharge"]]
told["unknown signal"] = metric.get_signal("horn-volume")["body"]["attributes"]["status"]["error"]["code"]
page = smartcar.get_connections("amt", paging={"limit": 2})
rest = smartcar.get_connections("amt", paging={"limit": 2, "cursor": page.paging.cursor})
told["connections"] = [len(page.connections), len(rest.connections), rest.paging.cursor]
own = smartcar.get_connections("amt", {"vehicle_id": vehicles.vehicles[0]}).connections
told["own connection"] = [each.vehicle_id for each in own] == [vehicles.vehicles[0]]
last = vehicles.vehicles[-1]
told["disconnected"] = [
    smartcar.Vehicle(last, access.access_token).disconnect().status,
    len(smartcar.get_vehicles(access.access_token).vehicles),
    [each.vehicle_id for each in smartcar.delete_connections("amt", {"user_id": own[0].user_id}).connections]
    == [vehicles.vehicles[0]],
    len(smartcar.get_vehicles(access.access_token).vehicles),
]

try:
    smartcar.Vehicle("no-such-vehicle", access.access_token).odometer()
except smartcar.SmartcarException as error:
    told["error"] = [error.status_code, error.type, bool(error.request_id)]
try:
    smartcar.Vehicle(vehicles.vehicles[0], "not-a-token").odometer()
except smartcar.SmartcarException as error:
    told["no token"] = [error.status_code, error.type]
print(json.dumps(told))
