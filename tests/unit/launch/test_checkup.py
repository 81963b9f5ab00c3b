from __future__ import annotations

from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from replaysandbox.files.running import Running
from replaysandbox.launch.checkup import file_obstacles, running_obstacles, shell_obstacles, stack_notes


def test_programs_that_need_more_than_variables_are_noted_and_block_nothing() -> None:
    def which(program: str) -> str | None:
        return f"/bin/{program}" if program in ("php", "wget") else None

    found = list(stack_notes(which, lambda _: "GNU Wget 1.21 +ssl/gnutls"))
    assert [each.what.split()[0] for each in found] == ["php", "wget"]
    assert not any(each.blocks for each in found)
    assert [each.what.split()[0] for each in stack_notes(which, lambda _: "+ssl/openssl")] == ["php"]


def test_files_that_set_nothing_of_ours_are_fine(tmp_path: Path) -> None:
    (tmp_path / ".curlrc").write_text("silent\n# proxy = x\nuser-agent = proxy\n")
    (tmp_path / ".env").write_text("# HTTPS_PROXY=x\nURL=http://x\n")
    assert list(file_obstacles(tmp_path, tmp_path)) == []


def test_a_shell_of_which_nothing_wins_over_us_is_fine() -> None:
    assert list(shell_obstacles({"HTTPS_PROXY": "http://corp.example", "NO_PROXY": "*"})) == []
    (found,) = shell_obstacles({"NODE_TLS_REJECT_UNAUTHORIZED": "0"})
    assert not found.blocks


class _Fine(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.slow
@pytest.mark.usefixtures("own_home")
def test_a_password_of_the_users_own_proxy_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("")
    with HTTPServer(("127.0.0.1", 0), _Fine) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        running = Running(1, "up", "simulate", "/", url, url, str(tmp_path / "ca.pem"), url, "token")
        (found,) = running_obstacles(running, {"HTTPS_PROXY": "http://me:s3cret@corp.example:3128"})
        server.shutdown()
    assert "HTTPS_PROXY is http://…@corp.example:3128" in found.evidence
    assert "s3cret" not in repr(found)
