import sys

import requests

try:
    requests.get("https://api.amps.ai/battery", verify=sys.argv[1], timeout=5)
except requests.RequestException as error:
    print(error)
