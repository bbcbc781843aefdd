"""Pictures of every page: the whole journey of a sample, the virtual board's answers included."""

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from studio.core.errors import StudioError
from studio.core.places import resources
from studio.core.steps import Step
from studio.ui import theme
from studio.ui.snapshots import save_page_pictures


def test_every_page_of_a_sample_is_pictured(qapp: QApplication, tmp_path: Path) -> None:
    project = resources() / "samples" / "sine" / "project.tinyml"
    pictures = save_page_pictures(project, tmp_path / "pages", (1024, 700), live_seconds=0.5)
    stages = ["design", "development", "deployment"]
    assert [picture.stem.split("_")[1] for picture in pictures] == [*(step.value for step in Step), *stages]
    seen = set()
    for picture in pictures:
        image = QImage(str(picture))
        assert (image.width(), image.height()) == (1024, 700)
        seen.add(picture.read_bytes())
    assert len(seen) == len(pictures)
    assert theme.mode() is not theme.Mode.DARK


def test_a_project_that_cannot_be_opened_is_a_sentence(qapp: QApplication, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="There is nothing at"):
        save_page_pictures(tmp_path / "missing.tinyml", tmp_path)
