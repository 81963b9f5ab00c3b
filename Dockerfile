# The sandbox in a container: docs/ci.md says how to use it. Where no container engine is,
# tests/ci/test_dockerfile.py carries out these steps in a clean virtual environment.
FROM python:3.13-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 sandbox \
    && install -d -o sandbox -g sandbox /ca /data /project

COPY pyproject.toml constraints.txt README.md LICENSE /src/
COPY src /src/src
COPY profiles /src/profiles
COPY schemas /src/schemas
RUN pip install --no-cache-dir -c /src/constraints.txt /src

USER sandbox
WORKDIR /project
# The key of the CA stays in /data; /ca is for others: ca.pem alone, and with the public roots bundle.pem.
ENV XDG_DATA_HOME=/data SANDBOX_CA_EXPORT=/ca SANDBOX_ROOTS=/etc/ssl/certs/ca-certificates.crt \
    REPLAYSANDBOX_BIND=0.0.0.0 REPLAYSANDBOX_PORT=4480
VOLUME ["/ca", "/data"]
EXPOSE 4480
HEALTHCHECK --interval=5s --timeout=3s --start-period=15s CMD python -c "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['REPLAYSANDBOX_PORT'] + '/healthz', timeout=2)"

# Reached by others, so the proxy has a password; who gives none gets one that nobody knows: base URL and direct TLS work.
CMD ["sh", "-ec", "ca=$(replaysandbox ca path); install -m 644 \"$ca\" \"$SANDBOX_CA_EXPORT/ca.pem\"; cat \"$SANDBOX_ROOTS\" \"$ca\" > \"$SANDBOX_CA_EXPORT/bundle.pem\"; export REPLAYSANDBOX_PROXY_PASSWORD=\"${REPLAYSANDBOX_PROXY_PASSWORD:-$(python -c 'import secrets; print(secrets.token_urlsafe())')}\"; exec replaysandbox up \"$@\"", "up"]
