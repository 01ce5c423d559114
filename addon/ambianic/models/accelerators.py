"""The devices of this machine that models can run on."""

from ctypes.util import find_library
from functools import cache
from importlib.util import find_spec
import json
from pathlib import Path
import subprocess
import sys
from typing import NamedTuple

CPU = "cpu"
USB_DEVICES = Path("/sys/bus/usb/devices")
CORAL_USB_IDS = {("1a6e", "089a"), ("18d1", "9302")}
"""Vendor and product of a Coral USB Accelerator, before and after its first use."""
PCI_DEVICES = "apex_*"
EDGE_TPU = "edgetpu"
TIMEOUT = 30.0
PROVIDERS = {
    "CUDAExecutionProvider": "NVIDIA graphics processor (CUDA)",
    "TensorrtExecutionProvider": "NVIDIA graphics processor (TensorRT)",
    "ROCMExecutionProvider": "AMD graphics processor (ROCm)",
    "MIGraphXExecutionProvider": "AMD graphics processor (MIGraphX)",
    "CoreMLExecutionProvider": "Apple's neural engine (Core ML)",
}
"""What ONNX Runtime may have been built for, beside the processor."""
_QUERIES = {
    "onnxruntime": "import json, onnxruntime; print(json.dumps(onnxruntime.get_available_providers()))",
    "openvino": (
        # Without its telemetry, which would tell Google Analytics of this.
        "import json, sys; sys.modules['openvino_telemetry'] = None; import openvino; core = openvino.Core(); "
        "print(json.dumps({name: core.get_property(name, 'FULL_DEVICE_NAME') for name in core.available_devices}))"
    ),
}


class Accelerator(NamedTuple):
    """A device: its id in the settings, and its name for people."""

    id: str
    title: str


@cache
def accelerators() -> tuple[Accelerator, ...]:
    """All that are here, the processor first. They are looked for once."""
    return (Accelerator(CPU, "This machine's processor"), *_corals(), *_onnx(), *_openvino())


def _corals(usb: Path = USB_DEVICES, devices: Path = Path("/dev")) -> list[Accelerator]:
    if find_library(EDGE_TPU) is None:
        return []
    ids = {(_text(device / "idVendor"), _text(device / "idProduct")) for device in usb.glob("*")}
    found = [Accelerator("coral:usb", "Coral USB Accelerator")] if ids & CORAL_USB_IDS else []
    found += [
        Accelerator(f"coral:pci:{number}", "Coral Edge TPU on PCIe" if number == 0 else f"Coral Edge TPU {number + 1} on PCIe")
        for number, _ in enumerate(sorted(devices.glob(PCI_DEVICES)))
    ]
    return found


def _onnx() -> list[Accelerator]:
    providers = _ask("onnxruntime")
    known = providers if isinstance(providers, list) else []
    return [
        Accelerator(f"onnx:{provider.removesuffix('ExecutionProvider')}", title)
        for provider, title in PROVIDERS.items()
        if provider in known
    ]


def _openvino() -> list[Accelerator]:
    devices = _ask("openvino")
    known = devices if isinstance(devices, dict) else {}
    return [Accelerator(f"openvino:{name}", f"{title} (OpenVINO)") for name, title in known.items()]


def _ask(library: str) -> object:
    """What a library tells of its devices, asked in a process of its own: loading it takes long and much memory."""
    if find_spec(library) is None:
        return None
    command = [sys.executable, "-c", _QUERIES[library]]
    try:
        result = subprocess.run(command, capture_output=True, timeout=TIMEOUT, check=False)  # noqa: S603  ours
        return json.loads(result.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
