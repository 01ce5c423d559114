"""What OpenVINO needs of us; OpenVINO itself is an optional extra that is not installed here."""

from pathlib import Path

import numpy as np
from PIL import Image
import pytest

from ambianic.models import litert_file, selftest
from ambianic.models.catalog import ModelError
from ambianic.vision.openvino import select
from ambianic.vision.runtimes import LiteRt, load

from .footage import Place


def test_last_step_of_ssd_can_be_done_here(tmp_path: Path, model_path: Path, place: Place) -> None:
    """The model without TFLite_Detection_PostProcess, followed by ours, finds just what the whole model finds."""
    content, post = litert_file.without_postprocess(model_path.read_bytes())
    cut = tmp_path / "model.tflite"
    cut.write_bytes(content)
    picture = np.asarray(Image.fromarray(place.busy).resize((300, 300)))
    values = picture[None].astype(np.float32) / 127.5 - 1
    whole = LiteRt(model_path, 1)
    boxes, ids, scores, count = whole.run(values)
    ours = select(LiteRt(cut, 1).run(values), post)
    assert [port.shape for port in whole.outputs] == [output.shape for output in ours]
    number = int(count[0])
    assert number >= 4
    assert int(ours[3][0]) == number
    # Those that score the same may be told in another order.
    expected = sorted((*box, *rest) for box, *rest in zip(boxes[0, :number], ids[0], scores[0], strict=False))
    found = sorted((*box, *rest) for box, *rest in zip(ours[0][0, :number], ours[1][0], ours[2][0], strict=False))
    assert np.array(found) == pytest.approx(np.array(expected), abs=1e-4)


def test_without_the_library_it_is_said(model_path: Path) -> None:
    """How to get it."""
    with pytest.raises(ModelError, match=r"openvino is needed for this. Install it with: pip install 'ambianic\[openvino\]'"):
        load(model_path, 1, "openvino:GPU")
    result = selftest.run(model_path, accelerator="openvino:GPU")
    assert (result.ok, result.ms) == (False, None)


@pytest.mark.parametrize(
    ("accelerator", "message"),
    [("coral:usb", "was not compiled for the Coral Edge TPU"), ("onnx:CUDA", "ONNX Runtime runs .onnx models only")],
)
def test_models_that_do_not_suit_an_accelerator(model_path: Path, accelerator: str, message: str) -> None:
    """Refused with a sentence, not run elsewhere without a word."""
    with pytest.raises(ModelError, match=message):
        load(model_path, 1, accelerator)
