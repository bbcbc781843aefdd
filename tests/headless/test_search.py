from pathlib import Path

import pytest

from studio.__main__ import main
from studio.core.errors import StudioError
from studio.headless.search import SearchOptions, search


def test_a_recipe_that_could_not_be_written_is_said_before_the_search(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="There is no folder"):
        search(SearchOptions("digits", out=str(tmp_path / "nowhere" / "best.json")), print)


def test_a_model_that_is_not_there_ends_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "nothing.keras"]) == 1
    assert "There is no file nothing.keras" in capsys.readouterr().err


def test_an_unknown_board_ends_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", "digits", "--board", "toaster"]) == 1
    assert "There is no board 'toaster'" in capsys.readouterr().err
