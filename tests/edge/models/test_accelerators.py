"""Which devices are offered."""

from pathlib import Path

import pytest

from ambianic.models import accelerators
from ambianic.models.accelerators import Accelerator


@pytest.fixture
def usb(tmp_path: Path) -> Path:
    """A machine's USB devices: a hub, and a Coral that has not been used yet."""
    for name, vendor, product in (("usb1", "1d6b", "0002"), ("1-2", "1a6e", "089a")):
        device = tmp_path / "usb" / name
        device.mkdir(parents=True)
        (device / "idVendor").write_text(f"{vendor}\n")
        (device / "idProduct").write_text(f"{product}\n")
    (tmp_path / "usb" / "1-0:1.0").mkdir()
    return tmp_path / "usb"


@pytest.fixture
def dev(tmp_path: Path) -> Path:
    """A machine's devices: two Corals on PCIe."""
    (tmp_path / "dev").mkdir()
    for name in ("null", "apex_0", "apex_1"):
        (tmp_path / "dev" / name).touch()
    return tmp_path / "dev"


def test_coral_needs_its_library_and_the_device(monkeypatch: pytest.MonkeyPatch, usb: Path, dev: Path, tmp_path: Path) -> None:
    """Each that is there is offered by a friendly name."""
    libraries: dict[str, str] = {}
    monkeypatch.setattr(accelerators, "find_library", libraries.get)
    assert accelerators._corals(usb, dev) == []
    libraries["edgetpu"] = "libedgetpu.so.1"
    assert accelerators._corals(usb, dev) == [
        Accelerator("coral:usb", "Coral USB Accelerator"),
        Accelerator("coral:pci:0", "Coral Edge TPU on PCIe"),
        Accelerator("coral:pci:1", "Coral Edge TPU 2 on PCIe"),
    ]
    assert accelerators._corals(tmp_path / "none", tmp_path) == []


def test_processor_is_always_there() -> None:
    """And first."""
    assert accelerators.accelerators()[0] == ("cpu", "This machine's processor")


def test_libraries_are_asked_in_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """What they answer becomes names; one that crashes or is not there offers nothing."""
    monkeypatch.setattr(accelerators, "find_spec", lambda _name: True)
    monkeypatch.setattr(
        accelerators,
        "_QUERIES",
        {
            "onnxruntime": 'print(\'["CUDAExecutionProvider", "CPUExecutionProvider", "AzureExecutionProvider"]\')',
            "openvino": 'print(\'{"CPU": "Intel(R) N100", "GPU": "Intel(R) UHD Graphics"}\')',
        },
    )
    assert accelerators._onnx() == [("onnx:CUDA", "NVIDIA graphics processor (CUDA)")]
    assert accelerators._openvino() == [
        ("openvino:CPU", "Intel(R) N100 (OpenVINO)"),
        ("openvino:GPU", "Intel(R) UHD Graphics (OpenVINO)"),
    ]
    monkeypatch.setattr(accelerators, "_QUERIES", {"onnxruntime": "import os; os.abort()", "openvino": "print('?')"})
    assert accelerators._onnx() == accelerators._openvino() == []
