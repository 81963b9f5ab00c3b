"""The vendor's own Enode package, as an app uses it: two environment variables and nothing else."""

import hashlib
import hmac
import json
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from enode import Enode, errors, models
from enode.models import GetChargingSessionsStatisticsType as SessionsOf
from enode.models import GetChargingStatisticsResolution as Resolution
from enode.models import GetChargingStatisticsType as StatisticsOf
from enode.models import LinkUserPayloadLanguage as Language
from enode.models import SetBatteryOperationModePayloadOperationMode as Mode

client: Any = Enode()  # its answers are looked at as they are
told: dict = {}

users = client.user_management.list()
vehicles = client.vehicles.list(page_size=2)
rest = client.vehicles.list(page_size=2, after=vehicles.pagination.after)
told["pages"] = [len(vehicles.data), len(rest.data)]
car = client.vehicles.get(vehicle_id=vehicles.data[0].id)
told["vehicle"] = [car.id == vehicles.data[0].id, car.capabilities.start_charging.is_capable]
told["own"] = [each.id for each in client.vehicles.list_for_user(user_id=car.user_id).data] == [car.id]
told["linked"] = len(client.user_management.get(user_id=users.data[0].id).linked_vendors)
told["inverter"] = client.solar_inverters.list_inverters().data[0].production_state.is_producing
told["charger"] = client.chargers.list().data[0].charge_state.power_delivery_state

battery = client.batteries.list().data[0]
told["before"] = [battery.charge_state.status, battery.config.operation_mode]
action = client.batteries.set_operation_mode(battery_id=battery.id, operation_mode=Mode.IMPORT_FOCUS)
told["action"] = [action.state, action.target_state.operation_mode]
told["same action"] = client.batteries.get_action(action_id=action.id).id == action.id
battery = client.batteries.get(battery_id=battery.id)
told["after"] = [
    battery.charge_state.status,
    (battery.charge_state.charge_rate or 0) > 0,
    battery.config.operation_mode,
]

before = car.charge_state.is_charging
charging = client.vehicles.control_charging(vehicle_id=car.id, action=models.ChargingAction.STOP)
told["stop"] = [before, charging.kind, client.vehicles.get(vehicle_id=car.id).charge_state.is_charging]

policy = client.vehicles.update_smart_charging_policy(vehicle_id=car.id, is_enabled=True, minimum_charge_limit=40)
told["policy"] = [policy.is_enabled, client.vehicles.get(vehicle_id=car.id).smart_charging_policy.minimum_charge_limit]

link = client.user_management.post_users_userid_link(
    user_id="user-of-mine",
    scopes=[models.Scopes.VEHICLE_READ_DATA],
    language=Language.EN_US,
    redirect_uri="https://app.example/done",
)
told["link"] = link.link_url.startswith("https://link.enode.com/")

# --- currents, overrides, heat pumps, meters
charger = client.chargers.list().data[0]
limited = client.chargers.set_max_current(charger_id=charger.id, max_current=10)
told["current"] = [
    limited.target_state.max_current,
    client.chargers.get(charger_id=charger.id).charge_state.max_current,
]
# The package cannot read what its own get_action of chargers, vehicles and heat pumps gives: it takes them for errors.
told["cancelled"] = client.batteries.cancel_action(action_id=action.id).state
other = client.vehicles.list().data[1]
client.vehicles.set_max_current(vehicle_id=other.id, max_current=8)
told["car current"] = client.vehicles.get(vehicle_id=other.id).charge_state.max_current
told["override"] = [
    client.vehicles.create_smart_override(vehicle_id=car.id).ended_at,
    client.vehicles.get(vehicle_id=car.id).charge_state.is_charging,
    client.vehicles.end_smart_override(vehicle_id=car.id).ended_at is not None,
]
told["smart"] = client.vehicles.get_smart_charging_status(vehicle_id=car.id).state
pump = client.hvac.list().data[0]
hold = {"mode": "HEAT", "heat_setpoint": 23.5}
held = client.hvacs.set_permanent_hold(hvac_id=pump.id, hvac_set_permanent_hold_payload=hold)
told["hold"] = [held.target.heat_setpoint, client.hvacs.get(hvac_id=pump.id).thermostat_state.heat_setpoint]
client.hvacs.set_follow_schedule(hvac_id=pump.id)
told["schedule"] = client.hvacs.get(hvac_id=pump.id).thermostat_state.hold_type
meter = client.meters.list().data[0]
told["meter"] = client.meters.get_meter(meter_id=meter.id).energy_state.power == meter.energy_state.power
own = {
    "hvacs": client.hvac.list_user_hva_cs(user_id=pump.user_id).data,
    "meters": client.meters.get_by_user(user_id=meter.user_id).data,
    "batteries": client.batteries.list_user_batteries(user_id=battery.user_id).data,
    "chargers": client.chargers.list_for_user(user_id=charger.user_id).data,
}
told["of a user"] = {name: len(each) for name, each in own.items()}
client.vehicles.refresh_hint(vehicle_id=car.id)
client.hvacs.refresh_hint(hvac_id=pump.id)
client.meters.refresh_hint(meter_id=meter.id)

# --- statistics
inverter = client.solar_inverters.list_inverters().data[0]
day = client.solar_inverters.get_statistics(inverter_id=inverter.id, year=2026, month=6, day=1)
month = client.solar_inverters.get_statistics(inverter_id=inverter.id, year=2026, month=5)
quarters = day.resolutions.quarter_hour.data
told["solar"] = [len(quarters), sum(each.value or 0 for each in quarters) > 1, len(month.resolutions.day.data)]
begin = datetime(2026, 5, 30, tzinfo=UTC)
of_days = client.statistics.get_charging(
    user_id=car.user_id, start_date=begin, type_=StatisticsOf.VEHICLE, resolution=Resolution.DAY
)
sessions = client.statistics.get_charging_sessions(user_id=car.user_id, start_date=begin, type_=SessionsOf.VEHICLE)
told["charged"] = [
    len(of_days),
    len(sessions) >= 2,
    abs(sum(each.kwh_sum for each in of_days) - sum(each.kwh_sum for each in sessions)) < 0.1,
]

# --- locations, health
place = client.locations.create(
    user_id="user-of-mine", name="Home", latitude=59.9, longitude=10.7, timezone_name="Europe/Oslo"
)
client.locations.update(location_id=place.id, name="Cabin")
client.chargers.update(charger_id=charger.id, location_id=place.id)
told["location"] = [
    client.locations.get(location_id=place.id).name,
    len(client.locations.list_for_user(user_id="user-of-mine").data),
    client.chargers.get(charger_id=charger.id).location.id == place.id,
    client.locations.delete(location_id=place.id).id == place.id,
    len(client.locations.list().data),
]
client.service_health.check_readiness()
told["vendors"] = [
    len(each()) > 0
    for each in (
        client.service_health.check_charger_vendors,
        client.service_health.get_vehicle_vendors,
        client.service_health.get_battery_vendors,
        client.service_health.get_inverter_vendors,
        client.service_health.get_hvac_vendors,
        client.service_health.get_meter_vendors,
        client.service_health.list_integrations,
    )
]
told["interventions"] = client.interventions.list()

# --- webhooks: registered through the API, received by this app
SECRET = "a-secret-of-this-app-of-128-bits-or-more"
got: list = []
quiet = threading.Event()


class Hook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        digest = hmac.new(SECRET.encode(), body, hashlib.sha1).hexdigest()
        signed = self.headers["X-Enode-Signature"] == f"sha1={digest}" and self.headers["X-App"] == "let-me-in"
        got.extend((each, signed) for each in json.loads(body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def wait_for(event: str) -> dict:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        for each, signed in got:
            if each["event"] == event and signed:
                return each
        quiet.wait(0.02)
    raise TimeoutError(f"{event}: {got}")


server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
threading.Thread(target=server.serve_forever, daemon=True).start()
hook = client.webhooks.create(
    url=f"http://127.0.0.1:{server.server_port}/enode",
    secret=SECRET,
    events=["user:vehicle:updated", "user:vehicle:deleted", "user:vehicle:discovered"],
    authentication={"header_name": "X-App", "header_value": "let-me-in"},
)
told["hook"] = [hook.is_active, hook.authentication.header_name, len(client.webhooks.list().data)]
told["tested"] = [client.webhooks.test(webhook_id=hook.id).status, wait_for("enode:webhook:test")["version"]]
client.vehicles.control_charging(vehicle_id=car.id, action=models.ChargingAction.START)
updated = wait_for("user:vehicle:updated")
told["told"] = [
    type(car).model_validate(updated["vehicle"]).id == car.id,
    updated["vehicle"]["chargeState"]["isCharging"],
    updated["user"]["id"] == car.user_id,
]
count = len(client.user_management.list().data)
client.user_management.unlink_user(user_id=car.user_id)
told["unlinked"] = [
    wait_for("user:vehicle:deleted")["vehicle"]["id"] == car.id,
    count - len(client.user_management.list().data),
    len(client.vehicles.list_for_user(user_id=car.user_id).data),
]
again = client.user_management.post_users_userid_link(
    user_id=car.user_id,
    scopes=[models.Scopes.VEHICLE_READ_DATA],
    language=Language.EN_US,
    redirect_uri="https://app.example/done",
)
sent_back = httpx.get(again.link_url).headers["location"]
told["linked again"] = [sent_back, wait_for("user:vehicle:discovered")["vehicle"]["id"] == car.id]
told["user again"] = client.user_management.get(user_id=car.user_id).id == car.user_id
before = len(got)
told["changed hook"] = client.webhooks.update(webhook_id=hook.id, events=["user:hvac:updated"]).events
client.vehicles.control_charging(vehicle_id=car.id, action=models.ChargingAction.STOP)
client.hvacs.set_follow_schedule(hvac_id=pump.id)
wait_for("user:hvac:updated")
client.webhooks.delete(webhook_id=hook.id)
client.hvacs.set_follow_schedule(hvac_id=pump.id)
quiet.wait(0.3)
told["told after"] = [each["event"] for each, _ in got[before:]]
told["hooks"] = len(client.webhooks.list().data)

try:
    client.vehicles.get(vehicle_id="11111111-2222-4333-8444-555555555555")
except errors.EnodeError as error:
    told["error"] = [error.status_code, json.loads(error.body)["title"]]
print(json.dumps(told, default=str))
