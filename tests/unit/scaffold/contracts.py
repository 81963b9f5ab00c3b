"""Contracts for the tests of this room."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from replaysandbox.contract.dialect import modern
from replaysandbox.core.contract import Contract
from replaysandbox.core.contract_compile import compile_contract
from replaysandbox.files.contracts import read_contract
from replaysandbox.scaffold.bodies import Promise, promise_of

SPECS = Path(__file__).parents[2] / "data" / "specs"


@cache
def sunny() -> Contract:
    return read_contract(SPECS / "sunny" / "sunny.yaml")


def contract(paths: dict[str, Any], **more: Any) -> Contract:
    return compile_contract(modern({"openapi": "3.1.0", "paths": paths, **more}, old=False), "openapi.yaml")


def of_schema(schema: Any) -> Promise:
    """Make a contract whose one schema is at `/s`."""
    return promise_of(compile_contract(modern({"s": schema}, old=False), "openapi.yaml"))


def get(schema: Any, **more: Any) -> dict[str, Any]:
    """Make a path that answers GET with a schema."""
    return {"get": {"responses": {"200": {"content": {"application/json": {"schema": schema}}}}, **more}}
