import os
import urllib.error
import urllib.request

os.environ["HTTPS_PROXY"] = os.environ["https_proxy"] = "http://user:secret@127.0.0.1:9"
try:
    urllib.request.urlopen("https://api.amps.ai/battery", timeout=5)
except urllib.error.URLError as error:
    print(error)
