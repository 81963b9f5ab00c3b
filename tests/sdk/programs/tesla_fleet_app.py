"""PyPI `tesla-fleet-api`, as an app uses it; cars by their id, as a VIN names none here yet."""

import asyncio
import json
from os import environ

import aiohttp
from tesla_fleet_api import TeslaFleetApi
from tesla_fleet_api.exceptions import NotFound


async def main() -> None:
    told: dict = {}
    async with aiohttp.ClientSession() as session:
        api = TeslaFleetApi(session=session, access_token=environ["TESLA_ACCESS_TOKEN"], region="na")
        products = (await api.products())["response"]
        told["products"] = len(products)
        site = api.energySites.create(next(each["energy_site_id"] for each in products if "energy_site_id" in each))
        told["level"] = (await site.live_status())["response"]["percentage_charged"] > 0
        await site.operation("backup")
        told["mode"] = (await site.site_info())["response"]["default_real_mode"]
        car = api.vehicles.createFleet(next(each["id_s"] for each in products if "vin" in each))
        await car.charge_stop()
        told["charging"] = (await car.vehicle_data())["response"]["charge_state"]["charging_state"]
        try:
            await api.vehicles.createFleet("123").vehicle()
        except NotFound:
            told["error"] = 404
    print(json.dumps(told))


asyncio.run(main())
