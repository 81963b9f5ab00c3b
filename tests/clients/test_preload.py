"""Node's preload where it must not be noticed: other hosts, workers, a sandbox that is gone, odd settings."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from replaysandbox.launch.environment import SHIMS

PRELOAD = SHIMS / "node" / "preload.cjs"
NODE = shutil.which("node") or "node"


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def node(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    told = {
        "PATH": os.environ["PATH"],
        "NODE_OPTIONS": f"--require {PRELOAD}",
        "REPLAYSANDBOX_PROXY": f"http://127.0.0.1:{closed_port()}",
        "REPLAYSANDBOX_HOSTS": "api.amps.ai,localhost.amps.ai",
    }
    return subprocess.run(
        [NODE, "-e", code], capture_output=True, text=True, check=False, env=told | environ, timeout=60
    )


ECHO = """
const net = require('net');
const server = net.createServer((socket) => { socket.end('hello'); });
function ask(...where) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(...where, () => {});
    socket.on('data', (data) => resolve(String(data)));
    socket.on('error', reject);
  });
}
"""


def test_other_hosts_and_sockets_without_a_host_are_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "socket"
    code = f"""{ECHO}
    server.listen(0, '127.0.0.1', async () => {{
      const port = server.address().port;
      const said = [
        await ask(port, '127.0.0.1'),
        await ask({{ port, host: 'localhost' }}),
        await ask(port),
      ];
      server.close();
      const local = net.createServer((socket) => {{ socket.end('pipe'); }});
      local.listen('{file}', async () => {{
        said.push(await ask('{file}'), await ask({{ path: '{file}', host: 'api.amps.ai' }}));
        local.close();
        console.log(said.join(' '));
      }});
    }});"""
    done = node(code)
    assert (done.stdout, done.stderr) == ("hello hello hello pipe pipe\n", "")


@pytest.mark.parametrize(
    "call",
    [
        "net.connect(443, 'api.amps.ai')",
        "net.connect({ port: 443, host: 'API.amps.ai' })",
        "net.createConnection({ port: 80, host: 'api.amps.ai.' })",
        "new net.Socket().connect(443, 'api.amps.ai')",
        "tls.connect(443, 'api.amps.ai')",
        "tls.connect({ port: 443, host: 'api.amps.ai', servername: 'api.amps.ai' })",
        "https.get('https://api.amps.ai/battery')",
        "http.get({ hostname: 'api.amps.ai', port: 8080 })",
        "http2.connect('https://api.amps.ai')",
    ],
)
def test_when_the_sandbox_is_gone_the_call_is_refused_and_goes_nowhere_else(call: str) -> None:
    code = f"""
    const [net, tls, http, https, http2] = ['net', 'tls', 'http', 'https', 'http2'].map(require);
    {call}.on('error', (error) => console.log(error.code, error.address, error.port));"""
    port = closed_port()
    done = node(code, REPLAYSANDBOX_PROXY=f"http://127.0.0.1:{port}")
    assert (done.stdout, done.stderr) == (f"ECONNREFUSED 127.0.0.1 {port}\n", "")


@pytest.mark.parametrize(
    "environ",
    [
        {"REPLAYSANDBOX_PROXY": ""},
        {"REPLAYSANDBOX_PROXY": "not a url"},
        {"REPLAYSANDBOX_HOSTS": ""},
        {"REPLAYSANDBOX_HOSTS": ",,"},
    ],
)
def test_with_odd_settings_node_runs_as_without_us(environ: dict[str, str]) -> None:
    done = node("console.log(require('net').Socket.prototype.connect.toString().includes('asOptions'))", **environ)
    assert (done.returncode, done.stdout, done.stderr) == (0, "false\n", "")


def test_functions_look_as_before() -> None:
    code = """
    const [net, tls] = ['net', 'tls'].map(require);
    console.log([net.Socket.prototype.connect, tls.connect].map((f) => `${f.name}/${f.length}`).join(' '));"""
    assert node(code).stdout == node(code, NODE_OPTIONS="").stdout


def test_a_worker_is_covered_too_and_prints_nothing_of_ours() -> None:
    code = """
    const { Worker } = require('worker_threads');
    new Worker(`require('net').connect(443, 'api.amps.ai').on('error', (error) => console.log(error.code))`,
      { eval: true });"""
    done = node(code)
    assert (done.stdout, done.stderr) == ("ECONNREFUSED\n", "")
