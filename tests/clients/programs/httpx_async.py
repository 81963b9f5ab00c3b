import asyncio
import json

import httpx


async def main() -> None:
    async with httpx.AsyncClient(timeout=20) as client:
        answer = await client.get("https://api.amps.ai/battery", headers={"Authorization": "Bearer sk_test_demo"})
    print(json.dumps([answer.status_code, answer.headers["X-Sandbox"], answer.json()]))


asyncio.run(main())
