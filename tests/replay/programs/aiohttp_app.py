import asyncio
import base64
import json
import sys

import aiohttp


async def main() -> None:
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        for call in sys.argv[2:]:
            method, path = call.split(" ")
            try:
                async with session.request(method, sys.argv[1] + path, allow_redirects=False) as answer:
                    body = await answer.read()
                    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.raw_headers]
                    told = [answer.status, answer.reason, headers, base64.b64encode(body).decode()]
            except (aiohttp.ClientError, OSError) as error:
                told = [type(error).__name__]
            print(json.dumps(told))


asyncio.run(main())
