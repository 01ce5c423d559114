"""Detection models over the API: a real one of a user's own, chosen, tried and refused."""

import asyncio
import base64
from collections.abc import AsyncIterator
import io
import json
import os
from pathlib import Path
import signal
from typing import Any

import aiohttp
from PIL import Image
import psutil
import pytest

from ambianic.models.catalog import COCO_SSD
from ambianic.models.store import SEARCH_PATH

from .conftest import Answer, Api

LABELS = "\n".join(f"{number} {label}" for number, label in COCO_SSD.labels.items())


def form(file: bytes, name: str = "mine", labels: str = LABELS, filename: str = "model.tflite", **options: Any) -> Any:
    """What a browser sends."""
    data = aiohttp.FormData()
    data.add_field("name", name)
    data.add_field("labels", labels)
    data.add_field("options", json.dumps(options))
    data.add_field("model", file, filename=filename)
    return data


async def models(api: Api) -> dict[str, dict[str, Any]]:
    """All models, by name."""
    return {model["name"]: model for model in (await api("GET", "/models")).json["models"]}


async def running(api: Api, model: str) -> dict[str, Any]:
    """The detector, once it works with a model."""
    async with asyncio.timeout(60):
        while True:
            detector: dict[str, Any] = (await api("GET", "/info")).json["detector"]
            if (detector["state"], detector["model"]) == ("running", model):
                return detector
            await asyncio.sleep(0.1)


def vision() -> set[int]:
    """The ids of the processes that look at pictures."""
    children = psutil.Process().children(recursive=True)
    return {child.pid for child in children if "ambianic.vision" in child.cmdline()}


@pytest.fixture(scope="session")
def model(model_path: Path) -> bytes:
    """A model file."""
    return model_path.read_bytes()


@pytest.fixture
async def told(api: Api) -> AsyncIterator[list[dict[str, Any]]]:
    """What the stream tells of models."""
    messages: list[dict[str, Any]] = []
    async with api.session.ws_connect("/api/v1/stream") as socket:

        async def read() -> None:
            async for message in socket:
                content = json.loads(message.data)
                if content["type"] == "models":
                    messages.append(content["models"])

        reading = asyncio.create_task(read())
        yield messages
        reading.cancel()
        await asyncio.wait({reading})


async def test_the_models_of_a_user(api: Api, model: bytes, told: list[dict[str, Any]]) -> None:
    """One is added, tried, used and removed; what is in use stays."""
    shown = (await api("GET", "/models")).json
    assert shown["settings"] == {"model": "coco-ssd", "extra": [], "threads": 1, "accelerator": "cpu"}
    assert "cpu" in {accelerator["id"] for accelerator in shown["accelerators"]}
    coco = (await models(api))["coco-ssd"]
    assert (coco["state"], coco["own"], coco["input"], coco["licence"]) == ("installed", False, [300, 300], "Apache-2.0")

    added = await api("POST", "/models", data=form(model, title="Mine", decoder="postprocess"))
    assert (added.status, added.headers["Location"]) == (201, "/api/v1/models/mine")
    assert (added.json["title"], added.json["own"], added.json["state"]) == ("Mine", True, "installed")
    assert set(added.json["labels"]) == set(coco["labels"])
    assert (await models(api))["mine"] == added.json

    tried = (await api("POST", "/models/mine/test")).json
    assert (tried["ok"], tried["reason"]) == (True, None)
    assert (await models(api))["mine"]["ms"] == tried["ms"] > 0
    picture = base64.b64decode(tried["picture"].removeprefix("data:image/jpeg;base64,"))
    assert Image.open(io.BytesIO(picture)).format == "JPEG"

    switched = await api("PATCH", "/detector", {"model": "mine", "threads": 2})
    assert switched.json == {"model": "mine", "extra": [], "threads": 2, "accelerator": "cpu"}
    assert "person" in (await running(api, "mine"))["labels"]
    assert json.loads((api.directory / "config.json").read_text())["detector"] == switched.json
    used = await api("DELETE", "/models/mine")
    assert (used.status, used.json["code"]) == (409, "busy")
    assert (await api("PATCH", "/detector", {"model": "coco-ssd"})).status == 200
    assert (await api("DELETE", "/models/mine")).status == 204
    assert "mine" not in await models(api)
    assert (await api("DELETE", "/models/coco-ssd")).json["code"] == "busy"
    async with asyncio.timeout(10):
        while not told or "mine" in {model["name"] for model in told[-1]["models"]}:
            await asyncio.sleep(0.05)
    assert not list((api.directory / "uploads").iterdir())


@pytest.mark.long
async def test_a_model_that_ends_the_detector_again_and_again(api: Api, model: bytes) -> None:
    """The one from before is used again, which is said until it was read, and kept."""
    await running(api, "coco-ssd")
    assert (await api("POST", "/models", data=form(model, title="Mine"))).status == 201
    assert (await api("PATCH", "/detector", {"model": "mine"})).status == 200
    seen: set[int] = set()
    async with asyncio.timeout(90):
        while (detector := (await api("GET", "/info")).json["detector"])["trouble"] is None:
            if detector["state"] == "running" and (victims := vision() - seen):
                seen |= victims
                for pid in victims:
                    os.kill(pid, signal.SIGKILL)
            await asyncio.sleep(0.1)
    assert "mine" in detector["trouble"]
    assert "coco-ssd" in detector["trouble"]
    assert (await running(api, "coco-ssd"))["trouble"] == detector["trouble"]
    assert (await api("GET", "/models")).json["settings"]["model"] == "coco-ssd"
    assert json.loads((api.directory / "config.json").read_text())["detector"]["model"] == "coco-ssd"
    assert (await api("DELETE", "/detector/trouble")).status == 204
    assert (await api("GET", "/info")).json["detector"]["trouble"] is None
    assert (await api("DELETE", "/models/mine")).status == 204


async def test_models_that_are_no_good_are_refused(api: Api, model: bytes) -> None:
    """With the reason, and nothing of them stays."""

    async def send(**fields: Any) -> Answer:
        return await api("POST", "/models", data=form(**fields))

    for answer, field in (
        (await send(file=model[:-2000]), "model"),
        (await send(file=b"\x00" * 1000), "model"),
        (await send(file=model, filename="model.exe"), "model"),
        (await send(file=model, labels=""), "model"),
        (await send(file=model, name="../evil"), "model"),
        (await send(file=model, name="coco-ssd"), "model"),
        (await send(file=model, labels="x" * 70_000), "labels"),
        (await send(file=model, colour="blue"), "model"),
        (await api("POST", "/models", {"name": "mine"}), "model"),
        (await api("POST", "/models", data=b"x", headers={"Content-Type": "multipart/form-data; boundary=y"}), "model"),
    ):
        assert (answer.status in {413, 422}, answer.json["field"]) == (True, field)
        assert answer.json["detail"]
    assert {model["name"] for model in (await models(api)).values() if model["own"]} == set()
    assert not list((api.directory / "uploads").iterdir())
    for settings, field in (
        ({"model": "none"}, "model"),
        ({"extra": ["none"]}, "extra"),
        ({"threads": 0}, "threads"),
        ({"colour": 1}, "colour"),
        ({"accelerator": "abacus"}, "accelerator"),
    ):
        answer = await api("PATCH", "/detector", settings)
        assert (answer.status, answer.json["field"]) == (422, field)
    assert (await api("GET", "/models")).json["settings"]["model"] == "coco-ssd"
    assert (await api("POST", "/models/none/install")).status == 404
    assert (await api("POST", "/models/none/test")).status == 404
    assert (await api("DELETE", "/models/none")).status == 404
    assert (await api("DELETE", "/detector/trouble")).status == 204


async def test_an_install_without_a_way_to_get_it(api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Begins, and what went wrong is shown with the model."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv(SEARCH_PATH, str(tmp_path))
    assert (await models(api))["faces"]["state"] == "available"
    begun = await api("POST", "/models/faces/install")
    assert (begun.status, begun.json["state"], begun.json["progress"]) == (202, "installing", 0)
    async with asyncio.timeout(20):
        while (shown := (await models(api))["faces"])["state"] == "installing":
            await asyncio.sleep(0.05)
    assert shown["state"] == "available"
    assert "npm" in shown["error"]
