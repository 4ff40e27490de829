"""nginx's caches are off while their disk is nearly full."""

from pathlib import Path

from admitone.embedded.cache_switch import CHECK_SECONDS, CacheSwitch
from tests.mounts import fill_disk, mount_small_disk


def test_the_caches_switch_off_on_a_full_disk_and_on_again(tmp_path: Path) -> None:
    seconds = iter(number * 2 * CHECK_SECONDS for number in range(100))
    disk = tmp_path / "disk"
    with mount_small_disk(disk, 128):
        switch = CacheSwitch(disk, now=lambda: next(seconds))
        switch.check()
        assert not (disk / "cache-off").exists()

        filler = fill_disk(disk)
        switch.check()
        assert (disk / "cache-off").exists()

        filler.unlink()
        switch.check()
        assert not (disk / "cache-off").exists()
