from __future__ import annotations

import json
from pathlib import Path

import pytest

from replaysandbox.core.capture import BodyFile, Recorded
from replaysandbox.core.errors import SandboxError
from replaysandbox.files.capture_writer import open_writer
from replaysandbox.files.captures import open_capture
from replaysandbox.files.redacting import findings_of, is_capture, redact_file
from replaysandbox.redact.redactor import Redactor
from tests.unit.files.recorded import HEADER, recorded
from tests.unit.redact.made import KEY, OTHER_KEY

SECRET = "cnry5f0c9a77"


def unredacted(path: Path) -> Path:
    large = json.dumps([{"id": number, "token": f"{SECRET}{number}"} for number in range(20_000)]).encode()
    with open_writer(path, HEADER) as writer:
        writer.append(recorded("/battery", json.dumps({"vin": SECRET}).encode()))
        writer.append(recorded("/large", large, headers=(("X-Api-Key", SECRET),)))
    return path


@pytest.mark.slow
def test_a_capture_is_redacted_bodies_and_all(tmp_path: Path) -> None:
    source = unredacted(tmp_path / "a.capture")
    assert is_capture(source)
    assert redact_file(source, tmp_path / "b.capture", Redactor(KEY)).exchanges == 2
    written = b"".join(
        file.read_bytes() for file in tmp_path.rglob("*") if file.is_file() and "a.capture" not in str(file)
    )
    assert SECRET.encode() not in written
    with open_capture(tmp_path / "b.capture") as capture:
        assert capture.header.redaction == "1"
        _, second = list(capture)
        assert second.redacted == ("header:x-api-key",)
        assert second.response is not None
        assert isinstance(second.response.body, BodyFile)
        assert len(json.loads(capture.body(second.response.body))) == 20_000
    assert list(findings_of(tmp_path / "b.capture", Redactor(OTHER_KEY))) == []
    found = dict(findings_of(source, Redactor(OTHER_KEY)))
    assert list(found) == ["exchange 1 (GET https://api.amps.ai/battery)", "exchange 2 (GET https://api.amps.ai/large)"]
    assert SECRET not in repr(found)


def test_a_text_is_redacted_and_its_lines_are_told(tmp_path: Path) -> None:
    source = tmp_path / "app.log"
    source.write_text(f"fine\ntoken={SECRET}\n")
    assert redact_file(source, tmp_path / "out.log", Redactor(KEY)).exchanges == 0
    written = (tmp_path / "out.log").read_text()
    assert written.startswith("fine\ntoken=")
    assert SECRET not in written
    assert [rule for _, hits in findings_of(source, Redactor(KEY)) for rule, _ in hits] == ["secret token"]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("app.log", f"fine\n\ntoken={SECRET}\nfine\npassword: hunter2-4711", ["line 3", "line 5"]),
        ("app.log", f"it was {SECRET}\nfine\nthe token=\n  {SECRET}\n", ["line 1", "line 4"]),
        ("a.json", f'{{\n "id": 1,\n "token": "{SECRET}",\n "vin": "x",\n "on": 1\n}}\n', ["line 3", "line 4"]),
        ("a.txt", f'\n\n[1,\n 2,\n {{"api_key": "{SECRET}"}}]', ["line 5"]),
        ("a.jsonl", '{"a": 1}\n' * 3 + f'{{"token": "{SECRET}"}}\n' + '{"a": 1}\n', ["line 4"]),
        ("a.json", f'{{\n "name": "Authorization",\n "value": "Bearer {SECRET}"\n}}', ["lines 2-3"]),
        ("a.json", '{\n "lat": 52.520008,\n "id": 1,\n "lon": 13.404954\n}\n', ["lines 2-4"]),
        ("a.log", "password =\n letmein\n", ["over several lines"]),
        ("a.log", f"a\r\n\r\ntoken={SECRET}\r\n{'x' * 300_000}\npin={SECRET}9", ["line 3", "line 5"]),
    ],
)
def test_what_a_text_holds_is_told_by_line(tmp_path: Path, name: str, text: str, told: list[str]) -> None:
    source = tmp_path / name
    source.write_text(text, newline="")
    assert [where for where, _ in findings_of(source, Redactor(KEY))] == told


def test_a_har_is_redacted_by_its_labels(tmp_path: Path) -> None:
    entry = {
        "request": {
            "url": f"https://x.example/?api_key={SECRET}",
            "headers": [{"name": "Cookie", "value": f"a={SECRET}"}],
        }
    }
    source = tmp_path / "a.har"
    source.write_text(json.dumps({"log": {"entries": [entry]}}))
    redact_file(source, tmp_path / "b.har", Redactor(KEY))
    told = json.loads((tmp_path / "b.har").read_text())
    assert SECRET not in json.dumps(told)
    assert told["log"]["entries"][0]["request"]["headers"][0]["name"] == "Cookie"


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    source = tmp_path / "a.log"
    source.write_text("x")
    with pytest.raises(SandboxError, match="is there already"):
        redact_file(source, source, Redactor(KEY))
    with pytest.raises(SandboxError, match="cannot be read"):
        is_capture(tmp_path / "none")
    with pytest.raises(SandboxError, match="cannot be written"):
        redact_file(source, tmp_path / "no" / "folder.log", Redactor(KEY))


@pytest.mark.slow
def test_a_secret_that_shows_itself_late_is_gone_from_what_came_before(tmp_path: Path) -> None:
    source, target = tmp_path / "a.capture", tmp_path / "b.capture"
    with open_writer(source, HEADER) as writer:
        writer.append(recorded("/first", json.dumps({"remark": f"it was {SECRET}"}).encode()))
        writer.append(recorded("/second", json.dumps({"access_token": SECRET}).encode()))
    assert len(list(findings_of(source, Redactor(OTHER_KEY)))) == 2, "the check finds the early one, too"
    redactor = Redactor(KEY)
    assert redact_file(source, target, redactor).exchanges == 2
    assert SECRET.encode() not in target.read_bytes()
    assert dict(redactor.counts) == {"seen elsewhere": 1, "secret access_token": 1}, "counted once, not twice"
    assert list(findings_of(target, Redactor(OTHER_KEY))) == []
    log = tmp_path / "app.log"
    log.write_text(f"it was {SECRET}\n" + "fine\n" * 50_000 + f"token={SECRET}\n")
    redact_file(log, tmp_path / "b.log", Redactor(KEY))
    assert SECRET not in (tmp_path / "b.log").read_text()


class _Stumbling(Redactor):
    """Breaks at the second exchange it redacts, after both were looked through."""

    seen = 0

    def exchange(self, recorded: Recorded) -> Recorded:
        self.seen += 1
        if self.seen == 4:
            raise KeyboardInterrupt
        return super().exchange(recorded)


@pytest.mark.slow
def test_a_capture_whose_redaction_breaks_off_is_not_there(tmp_path: Path) -> None:
    source = unredacted(tmp_path / "a.capture")
    with pytest.raises(KeyboardInterrupt):
        redact_file(source, tmp_path / "b.capture", _Stumbling(KEY))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.capture", "a.capture.bodies"]


def test_lines_that_hold_no_exchange_are_looked_at_and_told(tmp_path: Path) -> None:
    source, target = tmp_path / "a.capture", tmp_path / "b.capture"
    with open_writer(source, HEADER) as writer:
        writer.append(recorded("/first", json.dumps({"remark": f"it was {SECRET}"}).encode()))
    with source.open("ab") as file:
        file.write(b'{"access_token": "' + SECRET.encode() + b'", cut')
    redacted = redact_file(source, target, Redactor(KEY))
    assert redacted.exchanges == 1
    assert [line.partition(": ")[0] for line in redacted.left_out] == [f"{source}:3"]
    assert SECRET.encode() not in target.read_bytes(), "what it shows is covered elsewhere, too"
    places = [where for where, _ in findings_of(source, Redactor(OTHER_KEY))]
    assert places[-1] == "line 3, which holds no exchange"
