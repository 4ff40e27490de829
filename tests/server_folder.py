"""A temporary folder in which a test runs the embedded servers."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from admitone.embedded.binaries import Binaries, find_binaries, make_readable
from admitone.embedded.data_folder import DataFolder, hold_data_folder
from admitone.embedded.privileges import Identity, choose_identity


@contextmanager
def open_server_folder(name: str) -> Iterator[tuple[DataFolder, Identity, Binaries]]:
    """Yield a data folder, the identity that its servers run as, and binaries that this identity can read; then remove
    the folder. `name`: a part of the folder's name."""
    path = Path(tempfile.mkdtemp(prefix=f"admitone-{name}-"))
    try:
        identity = choose_identity(path)
        with hold_data_folder(path, identity) as folder:
            yield folder, identity, make_readable(find_binaries(os.environ), folder.path / "runtime", identity)
    finally:
        shutil.rmtree(path, ignore_errors=True)
