"""What tests of several rooms share."""

from pathlib import Path

import pytest

from tests.foreign import all_sentences, write_catalogue


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that stands for the studio's resources, with the one language of foreign.py."""
    folder = tmp_path_factory.mktemp("resources")
    write_catalogue(folder, all_sentences())
    return folder
