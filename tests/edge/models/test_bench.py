"""What the machine can do, and what is recommended for it."""

from pathlib import Path

import pytest

from ambianic import cli
from ambianic.models import bench, store
from ambianic.models.bench import Result

PREFERRED = ("coco-ssd", "nanodet")


def result(model: str, ms: float | None, threads: int = 1, accelerator: str = "cpu") -> Result:
    """One measurement."""
    return Result(model=model, threads=threads, accelerator=accelerator, ms=ms)


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([result("coco-ssd", 12), result("nanodet", 9)], ("coco-ssd", 1, "cpu")),
        ([result("coco-ssd", 12), result("coco-ssd", 10, 2)], ("coco-ssd", 1, "cpu")),
        ([result("coco-ssd", 12), result("coco-ssd", 7, 2)], ("coco-ssd", 2, "cpu")),
        ([result("coco-ssd", 12), result("coco-ssd", 10, 1, "openvino:CPU")], ("coco-ssd", 1, "cpu")),
        ([result("coco-ssd", 12), result("coco-ssd", 11, 1, "openvino:GPU")], ("coco-ssd", 1, "openvino:GPU")),
        ([result("coco-ssd", 90), result("nanodet", 20, 1, "openvino:GPU")], ("nanodet", 1, "openvino:GPU")),
        ([result("coco-ssd", 500), result("nanodet", 900)], ("coco-ssd", 1, "cpu")),
        ([result("coco-ssd", None), result("nanodet", 900)], ("nanodet", 1, "cpu")),
    ],
)
def test_recommendation(results: list[Result], expected: tuple[str, int, str]) -> None:
    """The preferred model where it is fast enough; more threads only where they are worth it."""
    best = bench.recommend(results, PREFERRED)
    assert best is not None
    assert (best.model, best.threads, best.accelerator) == expected


def test_nothing_that_runs_is_not_recommended() -> None:
    """Nothing else either."""
    assert bench.recommend([result("coco-ssd", None)], PREFERRED) is None


def test_results_are_kept(tmp_path: Path) -> None:
    """And shown among the models; a damaged file is no harm."""
    assert bench.times(tmp_path) == {}
    assert bench.recommended(tmp_path) is None
    bench.keep(tmp_path, [result("coco-ssd", 12.5), result("coco-ssd", 7, 2)], result("coco-ssd", 7, 2))
    bench.remember(tmp_path, "mine", 3)
    assert bench.times(tmp_path) == {"coco-ssd": 12.5, "mine": 3}
    assert bench.recommended(tmp_path) == "coco-ssd"
    (tmp_path / "models" / bench.FILE).write_text('{"times": 5, "recommended": []}')
    assert bench.times(tmp_path) == {}
    assert bench.recommended(tmp_path) is None


@pytest.mark.long
def test_command_measures_and_recommends(
    tmp_path: Path, model_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ambianic models bench` with the real model."""
    monkeypatch.setenv(store.SEARCH_PATH, str(model_path.parents[1]))
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert cli.main(["models", "bench", "coco-ssd", "--data", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    (row,) = [line for line in lines if line.startswith("coco-ssd")]
    ms = float(row.split()[-3])
    assert bench.times(tmp_path)["coco-ssd"] == pytest.approx(ms, abs=0.06)
    assert any(line.startswith("Recommended: coco-ssd on this machine's processor with 1 thread") for line in lines)
    assert bench.recommended(tmp_path) == "coco-ssd"
