import asyncio
import json

import aiohttp


async def main() -> None:
    async with (
        aiohttp.ClientSession(headers={"Authorization": "Bearer sk_test_demo"}) as session,
        session.get("https://api.amps.ai/battery") as answer,
    ):
        print(json.dumps([answer.status, answer.headers["X-Sandbox"], await answer.json()]))


asyncio.run(main())
