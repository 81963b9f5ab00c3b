"""PyPI `solaredge`, sync and async, as an app uses it: an API key and nothing else."""

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta

from solaredge import AsyncMonitoringClient, MonitoringClient, SolarEdgeAPIError, SolarEdgeAuthError

KEY = os.environ["SOLAREDGE_API_KEY"]
DAY = datetime(2026, 6, 1, tzinfo=UTC)
told: dict = {}


def flow_told(flow: dict) -> list:
    inner = flow["siteCurrentPowerFlow"]
    flows = [f"{each['from']}>{each['to']}" for each in inner["connections"]]
    return [inner["unit"], inner["PV"]["currentPower"], inner["STORAGE"]["status"], flows]


with MonitoringClient(KEY) as client:
    sites = client.get_site_list(size=2)["sites"]
    rest = client.get_site_list(size=2, start_index=2)["sites"]["site"]
    told["pages"] = [sites["count"], len(sites["site"]), len(rest)]
    site = sites["site"][0]["id"]
    told["details"] = client.get_site_details(site)["details"]["id"] == site
    told["period"] = client.get_site_data([site])["dataPeriod"]["endDate"]
    overview = client.get_overview([site])["overview"]
    told["overview"] = [
        overview["lastUpdateTime"],
        overview["currentPower"]["power"],
        0 < overview["lastDayData"]["energy"] == overview["lastMonthData"]["energy"],
        overview["lastMonthData"]["energy"] < overview["lastYearData"]["energy"] < overview["lifeTimeData"]["energy"],
    ]
    told["flow"] = flow_told(client.get_current_power_flow(site))
    inventory = client.get_inventory(site)["Inventory"]
    told["inventory"] = [len(inventory["batteries"]), len(inventory["inverters"])]
    told["equipment"] = (
        client.get_components_list(site)["reporters"]["list"][0]["serialNumber"] == inventory["inverters"][0]["SN"]
    )

    end = DAY + timedelta(hours=23)
    power = client.get_power(site, DAY, end)["power"]["values"]
    told["power"] = [len(power), power[0], power[48]["date"], power[48]["value"] > 0]
    hours = client.get_energy([site], DAY, DAY, "HOUR")["energy"]["values"]
    days = client.get_energy([site], DAY, DAY)["energy"]["values"]
    told["energy"] = [len(hours), days[0]["date"]]
    told["day adds up"] = abs(sum(each["value"] for each in hours) - days[0]["value"]) < 2
    told["frame"] = client.get_time_frame_energy([site], DAY, DAY)["timeFrameEnergy"]["energy"] == days[0]["value"]
    told["day is the overview's"] = abs(days[0]["value"] / overview["lastDayData"]["energy"] - 1) < 0.01
    meters = client.get_power_details(site, DAY, end, ["Production", "Purchased"])["powerDetails"]["meters"]
    told["meters"] = [each["type"] for each in meters]
    told["same power"] = [each["value"] for each in meters[0]["values"]] == [each["value"] for each in power]
    energy = client.get_energy_details(site, DAY, end)["energyDetails"]["meters"]
    amounts = {each["type"]: each["values"][0]["value"] for each in energy}
    told["energy meters"] = sorted(amounts)
    told["self"] = abs(amounts["Production"] - amounts["FeedIn"] - amounts["SelfConsumption"]) < 0.2

    serial = inventory["batteries"][0]["SN"]
    storage = client.get_storage_data(site, DAY, end, [serial])["storageData"]["batteries"]
    rows = storage[0]["telemetries"]
    told["storage"] = [len(storage), storage[0]["telemetryCount"], len(rows), storage[0]["serialNumber"] == serial]
    told["stored"] = min(rows[-1]["lifeTimeEnergyCharged"], rows[-1]["lifeTimeEnergyDischarged"]) > 1000

    two = [site, sites["site"][1]["id"]]
    many = [
        client.get_site_data(two)["datePeriodList"],
        client.get_overview(two)["sitesOverviews"],
        client.get_energy(two, DAY, DAY)["sitesEnergy"],
        client.get_time_frame_energy(two, DAY, DAY)["timeFrameEnergyList"],
    ]
    members = [each.get("siteEnergyList") or each["timeFrameEnergyList"] for each in many]
    told["several"] = [
        [each["count"], [one["siteId"] for one in group] == two] for each, group in zip(many, members, strict=True)
    ]
    told["same overview"] = members[1][0]["siteOverview"] == overview
    told["same energy"] = members[2][0]["energyValues"]["values"] == days
    frame = members[3][0]["timeFrameEnergy"]
    counted = frame["endLifetimeEnergy"]["energy"] - frame["startLifetimeEnergy"]["energy"]
    told["same frame"] = abs(counted - days[0]["value"]) < 2
    benefits = client.get_environmental_benefits(site)["envBenefits"]["gasEmissionSaved"]
    pounds = client.get_environmental_benefits(site, "Imperial")["envBenefits"]["gasEmissionSaved"]
    told["benefits"] = [benefits["units"], pounds["units"], round(pounds["co2"] / benefits["co2"], 3)]
    inverter = inventory["inverters"][0]["SN"]
    data = client.get_inverter_technical_data(site, inverter, DAY + timedelta(hours=12), DAY + timedelta(hours=13))[
        "data"
    ]
    rows = data["telemetries"]
    told["inverter"] = [data["count"], rows[0]["date"], rows[0]["inverterMode"]]
    told["counts up"] = rows[0]["totalEnergy"] < rows[-1]["totalEnergy"]
    read = client.get_meters(site, DAY, end, "HOUR", ["FeedIn", "Purchased"])["meterEnergyDetails"]["meters"]
    told["read"] = [[each["meterType"], len(each["values"])] for each in read]
    told["known meter"] = read[0]["meterSerialNumber"] in [each["SN"] for each in inventory["meters"]]
    fed = client.get_energy_details(site, DAY, end, ["FeedIn"], "HOUR")["energyDetails"]["meters"][0]["values"]
    told["same feed-in"] = abs(sum(each["value"] for each in fed) - read[0]["values"][-1]["value"]) < 2
    try:
        client.get_inverter_technical_data(two[1], inverter, DAY, end)
    except SolarEdgeAPIError as error:
        told["not its inverter"] = error.status_code
    try:
        client.get_site_details(7)
    except SolarEdgeAPIError as error:
        told["not there"] = [type(error).__name__, error.status_code, error.response_body]


async def life() -> None:
    async with AsyncMonitoringClient(KEY) as client:
        flow, power = await asyncio.gather(client.get_current_power_flow(site), client.get_power(site, DAY, end))
        told["async"] = [flow_told(flow) == told["flow"], len(power["power"]["values"])]
    async with AsyncMonitoringClient("INVALID1") as client:
        try:
            await client.get_site_list()
        except SolarEdgeAuthError as error:
            told["wrong key"] = [error.status_code, error.response_body]


asyncio.run(life())
print(json.dumps(told))
