"""PyPI `tesla-fleet-api`, as an app uses it: it logs in by each of its own ways, and names a car by its VIN."""

import asyncio
import json
import re
from os import environ
from urllib.parse import parse_qs, urljoin, urlsplit

import aiohttp
from tesla_fleet_api import TeslaFleetApi, TeslaFleetOAuth
from tesla_fleet_api.const import Scope
from tesla_fleet_api.exceptions import NotFound, OAuthExpired, RateLimited, VehicleOffline

CLIENT: dict = {"client_id": environ["TESLA_CLIENT_ID"], "client_secret": environ["TESLA_CLIENT_SECRET"]}
told: dict = {}


async def sign_in(session: aiohttp.ClientSession, url: str) -> dict:
    """Do what a user does: open the page, fill in the form, send it; give what the app is sent back with."""
    async with session.get(url) as page:
        form = await page.text()
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
    action = urljoin(url, re.findall(r'action="([^"]+)"', form)[0].replace("&amp;", "&"))
    fields |= {"identity": "me@example.com", "credential": "secret"}
    async with session.post(action, data=fields, allow_redirects=False) as sent_back:
        place = urlsplit(sent_back.headers["Location"])
    return {"place": place.netloc + place.path, **parse_qs(place.query)}


async def log_in(session: aiohttp.ClientSession) -> TeslaFleetOAuth:
    partner = TeslaFleetApi(session=session, region="eu")
    given = await partner.partner_login(**CLIENT, scopes=[Scope.OPENID])
    told["partner"] = ["refresh_token" in given, (await partner.products())["count"], await partner.status()]
    api = TeslaFleetOAuth(session=session, region="na", redirect_uri="https://app.example/done", **CLIENT)
    answer = await sign_in(session, api.get_login_url([Scope.OPENID, Scope.OFFLINE_ACCESS], state="s1"))
    told["sent back"] = [answer["place"], answer["state"]]
    await api.get_refresh_token(answer["code"][0])
    told["refreshed"] = sorted(await api.refresh_access_token())
    told["region"] = [await api.find_server(), api.server]
    return api


async def a_cars_life(api: TeslaFleetOAuth, vin: str) -> None:
    car = api.vehicles.createFleet(vin)
    told["model"] = [car.model, len((await api.vehicles.createFleet(vin).list(1, 2))["response"])]
    try:
        await car.vehicle_data()
    except VehicleOffline:
        told["asleep"] = (await car.wake_up())["response"]["state"]
    before = (await car.vehicle_data())["response"]
    done = [
        await car.charge_stop(),
        await car.set_charge_limit(100),
        await car.set_charging_amps(10),
        await car.door_unlock(),
        await car.auto_conditioning_start(),
        await car.set_temps(20, 22),
        await car.set_climate_keeper_mode(2),
        await car.set_sentry_mode(True),
        await car.window_control("vent"),
        await car.set_vehicle_name("Car"),
        await car.set_scheduled_charging(True, 120),
        await car.honk_horn(),
        await car.remote_seat_heater_request(0, 3),
        await car.navigation_gps_request(51.5, 0.0),
    ]
    told["done"] = {each["response"]["result"] for each in done}
    after = (await car.vehicle_data(["charge_state", "climate_state", "vehicle_state"]))["response"]
    told["parts"] = sorted(name for name in after if name.endswith(("_state", "_config", "_settings")))
    charge, climate, state = (after[name] for name in ("charge_state", "climate_state", "vehicle_state"))
    told["charge"] = [before["charge_state"]["charging_state"], charge["charging_state"]]
    told["charge"] += [charge["charge_limit_soc"], charge["charge_amps"], charge["scheduled_charging_mode"]]
    told["climate"] = [climate[name] for name in ("is_climate_on", "driver_temp_setting", "climate_keeper_mode")]
    told["state"] = [state[name] for name in ("locked", "sentry_mode", "fd_window", "vehicle_name")]
    fleet = (await car.fleet_status([vin]))["response"]["vehicle_info"]
    told["signs"] = fleet[vin]["vehicle_command_protocol_required"]
    await car.charge_start()
    charging = (await car.vehicle_data())["response"]["charge_state"]
    told["charging"] = [charging["charging_state"], charging["charger_actual_current"]]
    told["same car"] = (await api.vehicles.createFleet(before["id_s"]).vehicle())["response"]["vin"] == vin
    told["beside"] = [await read() for read in (car.mobile_enabled, car.nearby_charging_sites, car.recent_alerts)]
    told["beside"] = ["response" in each for each in told["beside"]]


async def a_sites_life(api: TeslaFleetOAuth, number: int) -> None:
    site = api.energySites.create(number)
    try:
        await site.live_status()
    except RateLimited as error:
        told["limited"] = error.data
    level = (await site.live_status())["response"]["percentage_charged"]
    told["level"] = 0 < level < 100
    done = [
        await site.operation("backup"),
        await site.backup(90),
        await site.storm_mode(True),
        await site.time_of_use_settings({"name": "flat"}),
        await site.grid_import_export(True, "pv_only"),
        await site.off_grid_vehicle_charging_reserve(30),
    ]
    told["site done"] = {each["response"]["code"] for each in done}
    info = (await site.site_info())["response"]
    told["site"] = [info["default_real_mode"], info["backup_reserve_percent"]]
    told["site"] += [info["user_settings"]["storm_mode_enabled"], info["components"]["customer_preferred_export_rule"]]
    told["fills"] = (await site.live_status())["response"]["battery_power"] < 0
    day = (await site.energy_history("day"))["response"]["time_series"]
    year = (await site.energy_history("year", "2026-01-01T00:00:00Z", "2026-06-01T23:30:00Z"))["response"][
        "time_series"
    ]
    told["history"] = [len(day), day[0]["timestamp"], len(year)]
    made = sum(each["solar_energy_exported"] for each in day)
    told["adds up"] = made > 1000 and abs(made - year[-1]["solar_energy_exported"]) / made < 0.01


async def main() -> None:
    async with aiohttp.ClientSession() as session:
        api = await log_in(session)
        products = (await api.products())["response"]
        await a_cars_life(api, next(each["vin"] for each in products if "vin" in each))
        await a_sites_life(api, next(each["energy_site_id"] for each in products if "energy_site_id" in each))
        told["errors"] = []
        stranger = TeslaFleetApi(session=session, access_token="nonsense", region="na")
        for call in (api.vehicles.createFleet("5YJ3E7EB0KF000000").vehicle, stranger.products):
            try:
                await call()
            except (NotFound, OAuthExpired) as error:
                told["errors"].append(type(error).__name__)
    for name, each in told.items():
        told[name] = sorted(each) if isinstance(each, set) else each
    print(json.dumps(told))


asyncio.run(main())
