"""The vision process with models that let it live, and with one that does not."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
import shutil

import pytest

from ambianic.config import DetectorSettings
from ambianic.models import own, store
from ambianic.models.catalog import DEFAULT, ModelError
from ambianic.vision.choice import Choice
from ambianic.vision.client import VisionClient
from tests.edge.models.makers import fixed, killer, yolov8

PATIENCE = 60.0
USUAL = DetectorSettings()
DEADLY = DetectorSettings(model="deadly")


@dataclass
class Vision:
    """A client, and the settings that it went back to."""

    client: VisionClient
    back: list[DetectorSettings] = field(default_factory=list)


@asynccontextmanager
async def running(data: Path, settings: DetectorSettings) -> AsyncIterator[Vision]:
    """A client that runs."""
    back: list[DetectorSettings] = []
    client = VisionClient(data, settings, on_event=lambda *_: None, on_status=lambda: None, on_rollback=back.append)
    await client.start()
    try:
        yield Vision(client, back)
    finally:
        await client.stop()


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.02)


@pytest.fixture
def data(tmp_path: Path, model_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory with the usual model, an own one, and one that kills the process that loads it."""
    monkeypatch.delenv(store.SEARCH_PATH, raising=False)
    monkeypatch.setattr("ambianic.vision.supervisor.FIRST_DELAY", 0.01)
    labels = own.read_labels("fire\nsmoke")
    for name, content in ((DEFAULT, None), ("mine", fixed(yolov8())), ("fire", fixed(yolov8())), ("deadly", killer())):
        folder = tmp_path / "models" / name
        folder.mkdir(parents=True)
        if content is None:
            shutil.copyfile(model_path, folder / "model.tflite")
        else:
            options = own.Options(purpose="fire" if name == "fire" else "objects")
            (folder / "model.tflite").write_bytes(content)
            (folder / own.DESCRIPTION).write_bytes(own.written(own.model(name, labels, (64, 64), "yolov8", options)))
    return tmp_path


@pytest.mark.long
async def test_model_is_switched_while_it_runs(data: Path) -> None:
    """The process comes up with the other model; its labels are told. What does not change restarts nothing."""
    async with running(data, USUAL) as vision:
        await until(lambda: vision.client.status.state == "running")
        assert "person" in vision.client.status.labels
        await vision.client.switch(DetectorSettings(model="mine"))
        await until(lambda: vision.client.status.labels == ("fire", "smoke"))
        assert (vision.client.status.model, vision.client.status.restarts) == ("mine", 0)
        process = vision.client._process
        await vision.client.switch(DetectorSettings(model="mine"))
        assert vision.client._process is process


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (DEADLY, r"crash \(signal 11\)"),
        (DetectorSettings(model="nowhere"), "nowhere is not installed"),
        (DetectorSettings(accelerator="coral:usb"), "no accelerator 'coral:usb' here. Choose one of: cpu"),
        pytest.param(DetectorSettings(extra=("deadly",)), r"crash \(signal 11\)", marks=pytest.mark.long),
        (DetectorSettings(model="fire"), "Choose it as a further model"),
    ],
)
async def test_what_fails_its_test_is_not_switched_to(data: Path, settings: DetectorSettings, message: str) -> None:
    """The process that works goes on as if nothing had been asked."""
    async with running(data, USUAL) as vision:
        await until(lambda: vision.client.status.state == "running")
        process = vision.client._process
        with pytest.raises(ModelError, match=message):
            await vision.client.switch(settings)
        assert vision.client._process is process
        assert (vision.client.status.model, vision.client.status.trouble) == (DEFAULT, None)


async def test_model_that_kills_its_process_is_given_up(data: Path) -> None:
    """After three deaths the usual model is used again, which is said; a restart of the edge does not try again."""
    async with running(data, DEADLY) as vision:
        await until(lambda: vision.client.status.state == "running")
        assert vision.back == [USUAL]
        assert vision.client.status.model == DEFAULT
        assert vision.client.status.restarts == 3
        trouble = vision.client.status.trouble
        assert trouble is not None
        assert trouble.startswith("The model deadly does not work, so the model coco-ssd is used again.")
        assert "(signal 11)" in trouble
    # As if the configuration could not be written.
    async with running(data, DEADLY) as vision:
        await until(lambda: vision.client.status.state == "running")
        assert (vision.client.status.restarts, vision.client.status.trouble) == (0, trouble)
        vision.client.dismiss_trouble()
        assert vision.client.status.trouble is None
        assert vision.client.status.model == DEFAULT
        assert vision.back == []


@pytest.mark.long
async def test_model_that_is_gone_is_given_up_at_once(data: Path) -> None:
    """A file that was deleted gives no hope that waiting helps."""
    async with running(data, DetectorSettings(model="nowhere")) as vision:
        await until(lambda: vision.client.status.state == "running")
        assert vision.back == [USUAL]
        assert "nowhere is not installed" in (vision.client.status.trouble or "")


def test_choice_goes_back_to_what_was_proven(data: Path) -> None:
    """Not to the usual model, where another one has worked for long; and further back where that one fails as well."""
    mine = DetectorSettings(model="mine")
    choice = Choice(data, mine)
    choice.prove()
    choice.choose(DEADLY)
    assert choice.can_give_up
    assert choice.give_up("It died.") == mine
    assert choice.settings == mine
    choice = Choice(data, DEADLY)
    assert (choice.settings, choice.trouble) == (
        mine,
        "The model deadly does not work, so the model mine is used again. It died.",
    )
    choice.choose(mine)
    assert choice.trouble is not None
    assert choice.give_up("It died too.") == USUAL
    choice.choose(USUAL)
    assert choice.settings == USUAL


def test_usual_model_is_never_given_up(data: Path) -> None:
    """There is nothing else to go back to, unless something else has proven itself."""
    choice = Choice(data, USUAL)
    assert not choice.can_give_up
    assert Choice(data, DetectorSettings(threads=2)).can_give_up


def test_settings_are_named_by_what_differs(data: Path) -> None:
    """A person reads what to change."""
    choice = Choice(data, DetectorSettings(accelerator="coral:usb"))
    choice.give_up("It is gone.")
    assert choice.trouble == "The accelerator coral:usb does not work, so the accelerator cpu is used again. It is gone."


def test_damaged_knowledge_is_no_knowledge(data: Path) -> None:
    """Whatever is in the file, the edge starts with what was chosen."""
    for content in (b"", b"[]", b'{"refused": {"model": 5}}', b"\xff"):
        (data / "detector.json").write_bytes(content)
        choice = Choice(data, DEADLY)
        assert (choice.settings, choice.trouble) == (DEADLY, None)
