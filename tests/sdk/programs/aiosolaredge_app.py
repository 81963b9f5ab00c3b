"""PyPI `aiosolaredge`, as Home Assistant uses it: an API key, a site and nothing else."""

import asyncio
import json
import os
from datetime import UTC, datetime

import aiohttp
from aiosolaredge import SolarEdge
from solaredge import MonitoringClient

KEY = os.environ["SOLAREDGE_API_KEY"]
BEGIN, END = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 1, 23, tzinfo=UTC)


async def life(site: int) -> dict:
    told: dict = {}
    client = SolarEdge(KEY)
    told["details"] = (await client.get_details(site))["details"]["status"]
    told["overview"] = (await client.get_overview(site))["overview"]["lastUpdateTime"]
    told["inventory"] = len((await client.get_inventory(site))["Inventory"]["batteries"])
    flow = (await client.get_current_power_flow(site))["siteCurrentPowerFlow"]
    told["flow"] = [flow["unit"], flow["STORAGE"]["status"], flow["STORAGE"]["critical"]]
    energy = (await client.get_energy_details(site, BEGIN, END, ["PRODUCTION", "FEEDIN"], "HOUR"))["energyDetails"][
        "meters"
    ]
    told["energy"] = [[each["type"], len(each["values"])] for each in energy]
    storage = (await client.get_storage_data(site, BEGIN, END))["storageData"]
    told["storage"] = [storage["batteryCount"], storage["batteries"][0]["telemetries"][0]["timeStamp"]]
    try:
        await client.get_energy_details(site, datetime(2024, 6, 1, tzinfo=UTC), END, (), "HOUR")
    except aiohttp.ClientResponseError as error:
        told["too long"] = error.status
    await client.close()
    return told


with MonitoringClient(KEY) as sites:  # aiosolaredge has no list of sites: people copy the number from the web site
    number = sites.get_site_list()["sites"]["site"][0]["id"]
print(json.dumps(asyncio.run(life(number))))
