"""The vendor's own Enode package, as an app uses it: two environment variables and nothing else."""

import json

from enode import Enode, errors, models
from enode.models import LinkUserPayloadLanguage as Language
from enode.models import SetBatteryOperationModePayloadOperationMode as Mode

client = Enode()
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

try:
    client.vehicles.get(vehicle_id="11111111-2222-4333-8444-555555555555")
except errors.EnodeError as error:
    told["error"] = [error.status_code, json.loads(error.body)["title"]]
print(json.dumps(told, default=str))
