import httpx

try:
    httpx.Client(trust_env=False).get("https://api.amps.ai/battery", timeout=5)
except httpx.HTTPError as error:
    print(error)
