"""A manifest says what the signed record says, or it is found out."""

from pathlib import Path
from typing import Any

import pytest

from tests.core.review.test_verification import bundle, edit, faults

MORE = "than the review's record."


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"level": "bench"}, f"manifest.json names another level {MORE}"),
        ({"model_file": "src/model.c"}, f"manifest.json names another model's file {MORE}"),
        ({"log": {"rows": 1, "hash": "0" * 64}}, f"manifest.json names another log {MORE}"),
        ({"log": None}, f"manifest.json names another log {MORE}"),
        ({"subject_hash": "0" * 64}, f"manifest.json names another subject {MORE}"),
        ({"model_sha256": "0" * 64}, f"manifest.json names another model {MORE}"),
        ({"source_model_sha256": "9" * 64}, f"manifest.json names another model before compression {MORE}"),
        ({"data_sha256": "9" * 64}, "manifest.json names other data than the review's log."),
        (
            {"board": "raspberry_pi_pico"},
            "manifest.json is for raspberry_pi_pico, studio-c, link; reviewed was virtual_cortex_m4, studio-c, link.",
        ),
        (
            {"engine": "tflm"},
            "manifest.json is for virtual_cortex_m4, tflm, link; reviewed was virtual_cortex_m4, studio-c, link.",
        ),
        (
            {"format": "phone"},
            "manifest.json names a format that its board does not take. The Virtual Cortex-M4 board is a "
            "microcontroller; it needs C code.",
        ),
    ],
)
def test_a_manifest_that_says_something_else_than_the_record_is_a_fault(
    tmp_path: Path, change: dict[str, Any], fault: str
) -> None:
    out = bundle(tmp_path)
    edit(out, "manifest.json", lambda data: data.update(change))
    assert fault in faults(out)


def test_a_format_that_there_is_not_and_a_microcontroller_without_code_are_faults(tmp_path: Path) -> None:
    out = bundle(tmp_path)
    edit(out, "manifest.json", lambda data: data["making"].update(optimize=None))  # type: ignore[attr-defined]
    assert any("there is no C code, but the Virtual" in sentence for sentence in faults(out))
    edit(out, "manifest.json", lambda data: data.update(format="rust"))
    assert any("a format or engine that there is not" in sentence for sentence in faults(out))


def test_a_manifest_without_the_data_that_were_reviewed_is_a_fault(tmp_path: Path) -> None:
    out = bundle(tmp_path)
    edit(out, "manifest.json", lambda data: data["making"].update(dataset=None))  # type: ignore[attr-defined]
    assert "manifest.json names no data, but some was reviewed." in faults(out)


@pytest.mark.parametrize("making", [None, {}, {"edition": ""}, "none"])
def test_a_manifest_that_does_not_say_what_made_it_is_a_fault(tmp_path: Path, making: object) -> None:
    out = bundle(tmp_path)
    edit(out, "manifest.json", lambda data: data.update(making=making))
    words = (
        "manifest.json does not say what made code and papers, and from what, so they cannot be made again."
    )
    assert words in faults(out)
