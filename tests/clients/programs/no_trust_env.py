import requests

session = requests.Session()
session.trust_env = False
try:
    session.get("https://api.amps.ai/battery", timeout=5)
except requests.RequestException as error:
    print(error)
