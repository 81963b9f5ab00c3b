"""SolarEdge's own words for no, and its meters add up."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from replaysandbox.answer import Loaded, answer
from replaysandbox.check import violations
from replaysandbox.core.exchange import Reply, Request
from replaysandbox.core.session import Session
from replaysandbox.files.settings import Settings
from replaysandbox.launch.loading import load_all
from replaysandbox.operations.ids import home_id

AT = datetime(2026, 6, 2, 15, tzinfo=UTC)
KEY = "api_key=L4QLVQ1LOKCQX2193VSEICXW61NP6B1O"
MONTH = "startTime=2026-04-01%2000:00:00&endTime=2026-05-20%2000:00:00"
DATES = "startDate=2026-06-01&endDate=2026-06-01"
DAY = "startTime=2026-06-01%2000:00:00&endTime=2026-06-02%2000:00:00"


@cache
def loaded(zone: str = "") -> Loaded:
    return load_all(Settings(pack=("solaredge",), zone=zone or None), AT).loaded


def ask(path: str, query: str = KEY, *, fault: str = "", zone: str = "") -> tuple[int, Any]:
    imitated = loaded(zone)
    path = path.replace("SITE", home_id(imitated.packs["solaredge"], imitated.world, 0))
    headers = (("X-Sandbox-Fault", fault),) if fault else ()
    request = Request("GET", "https", "monitoringapi.solaredge.com", 443, path, query, headers)
    reply = answer(request, imitated, Session(), AT).outcome
    assert isinstance(reply, Reply)
    checker = imitated.checkers["solaredge"]
    assert violations(checker, "GET", path, reply.status, reply.headers, reply.body) == []
    return reply.status, json.loads(reply.body)


@pytest.mark.parametrize(
    ("path", "query", "fault", "status", "words"),
    [
        ("/sites/list", "", "", 403, "Invalid token"),
        ("/sites/list", "api_key=INVALID1", "", 403, "Invalid token"),
        ("/sites/list", "api_key=guess", "", 403, "Invalid token"),
        ("/sites/list", f"{KEY}&size=101", "", 400, "size"),
        ("/site/7/overview", KEY, "", 404, "Site 7"),
        ("/site/SITE/powerDetails", f"{KEY}&{MONTH}", "", 403, "49 days"),
        ("/site/SITE/storageData", f"{KEY}&{MONTH}", "", 403, "49 days"),
        ("/site/SITE/energy", f"{KEY}&startDate=2024-01-01&endDate=2026-01-01", "", 403, "DAY"),
        ("/site/SITE/power", KEY, "", 400, "startTime is missing"),
        ("/site/SITE/overview", KEY, "rate_limit", 429, "Too many requests"),
    ],
)
def test_no_is_said_in_solaredges_words(path: str, query: str, fault: str, status: int, words: str) -> None:
    told = ask(path, query, fault=fault)
    assert told[0] == status
    assert words in told[1]["String"]
    assert list(told[1]) == ["String"]


def test_what_is_drawn_is_what_was_made_bought_and_stored() -> None:
    meters = ask("/site/SITE/powerDetails", f"{KEY}&{DAY}")[1]["powerDetails"]["meters"]
    power = {each["type"]: [point["value"] for point in each["values"]] for each in meters}
    stored = ask("/site/SITE/storageData", f"{KEY}&{DAY}")[1]["storageData"]["batteries"][0]["telemetries"]
    assert len(power["Production"]) == len(stored) == 96
    assert [each["lifeTimeEnergyCharged"] for each in stored] == sorted(
        each["lifeTimeEnergyCharged"] for each in stored
    )
    rows = list(zip(power["Production"], power["FeedIn"], power["SelfConsumption"], strict=True))
    assert [used for _, _, used in rows] == [max(made - fed, 0) for made, fed, _ in rows]
    assert any(used > fed > 0 for _, fed, used in rows)
    made, fed = sum(power["Production"]), sum(power["FeedIn"])
    last = stored[-1]
    stored_w = (last["lifeTimeEnergyCharged"] - last["lifeTimeEnergyDischarged"]) * 4
    assert sum(power["Consumption"]) == pytest.approx(made - fed + sum(power["Purchased"]) - stored_w, abs=100)


def ids() -> list[str]:
    return [home_id(loaded().packs["solaredge"], loaded().world, home) for home in range(3)]


@pytest.mark.parametrize(
    ("name", "query", "top", "items", "item"),
    [
        ("dataPeriod", KEY, "datePeriodList", "siteEnergyList", "dataPeriod"),
        ("overview", KEY, "sitesOverviews", "siteEnergyList", "siteOverview"),
        ("energy", f"{KEY}&{DATES}", "sitesEnergy", "siteEnergyList", "energyValues"),
        ("power", f"{KEY}&{DAY}", "powerDateValuesList", "siteEnergyList", "powerDataValueSeries"),
        ("timeFrameEnergy", f"{KEY}&{DATES}", "timeFrameEnergyList", "timeFrameEnergyList", "timeFrameEnergy"),
    ],
)
def test_several_sites_are_told_as_each_alone(name: str, query: str, top: str, items: str, item: str) -> None:
    together = ask(f"/sites/{','.join(ids())}/{name}", query)[1][top]
    assert together["count"] == 3
    assert [str(each["siteId"]) for each in together[items]] == ids()
    alone = [ask(f"/sites/{site}/{name}", query)[1][top][items][0] for site in ids()]
    assert together[items] == alone
    assert ask(f"/site/{','.join(ids())}/{name}", query)[1][top] == together
    (own,) = ask(f"/site/{ids()[1]}/{name}", query)[1].values()
    assert together[items][1][item].items() <= own.items()
    assert ask(f"/sites/{ids()[0]},7/{name}", query)[0] == 404


def test_equipment_goes_by_its_serial_number_and_belongs_to_its_site() -> None:
    inventory = ask("/site/SITE/inventory")[1]["Inventory"]
    serial = inventory["inverters"][0]["SN"]
    assert ask("/equipment/SITE/list")[1]["reporters"]["list"][0]["serialNumber"] == serial
    told = [
        ask(path, f"{KEY}&{DAY}") for path in (f"/equipment/SITE/{serial}/data", f"/site/SITE/inverter/{serial}/data")
    ]
    assert told[0] == told[1]
    rows = told[0][1]["data"]["telemetries"]
    assert len(rows) == told[0][1]["data"]["count"] == 288
    made = rows[-1]["totalEnergy"] - rows[0]["totalEnergy"]
    energy = ask("/site/SITE/energy", f"{KEY}&{DATES}")[1]["energy"]["values"][0]["value"]
    assert made == pytest.approx(energy, rel=0.01)
    assert ask(f"/equipment/{ids()[1]}/{serial}/data", f"{KEY}&{DAY}")[0] == 404
    assert ask("/equipment/SITE/7E000/data", f"{KEY}&{DAY}")[0] == 404
    assert ask(f"/equipment/SITE/{inventory['batteries'][0]['SN']}/data", f"{KEY}&{DAY}")[0] == 404
    assert ask(f"/equipment/SITE/{serial}/changeLog")[1]["ChangeLog"]["count"] == 0


def test_of_a_time_frame_that_has_not_begun_nothing_is_known() -> None:
    frame = ask("/site/SITE/timeFrameEnergy", f"{KEY}&startDate=2026-07-01&endDate=2026-07-01")[1]["timeFrameEnergy"]
    assert (frame["energy"], frame["startLifetimeEnergy"]["energy"]) == (None, None)


@pytest.mark.parametrize(
    "path", ["/sites/list", "/site/SITE/details", "/site/SITE/currentPowerFlow", "/version/current"]
)
def test_a_path_may_end_in_json_or_a_slash(path: str) -> None:
    assert ask(path)[0] == ask(f"{path}/")[0] == 200
    assert ask(f"{path}.json") == ask(path)


def test_times_are_the_sites_own() -> None:
    body = ask("/site/SITE/power", f"{KEY}&{DAY}", zone="America/New_York")[1]["power"]["values"]
    assert (body[0]["date"], len(body)) == ("2026-06-01 00:00:00", 96)
    overview = ask("/site/SITE/overview", zone="America/New_York")[1]["overview"]
    assert overview["lastUpdateTime"] == "2026-06-02 11:00:00"
    values = ask(
        "/site/SITE/energy", f"{KEY}&startDate=2026-06-02&endDate=2026-06-02&timeUnit=HOUR", zone="America/New_York"
    )
    assert [each["value"] is None for each in values[1]["energy"]["values"]] == [False] * 12 + [True] * 12
