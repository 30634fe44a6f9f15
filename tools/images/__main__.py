"""`make images`: builds the images and says where they lie, how large they are, and what is in them."""

import argparse
import os
import sys
from pathlib import Path

from tools.images.build import RECIPES, ROOT, BuildFailed, build, runsc
from tools.images.toolchain import ToolMissing, require

_MIB = 1024 * 1024


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.images", description=__doc__)
    parser.add_argument(
        "--base",
        default=os.environ.get("CANDLEWICK_IMAGE_BASE"),
        help="build on this image instead",
    )
    given = parser.parse_args()
    try:
        images = {recipe.name: build(recipe, base=given.base) for recipe in RECIPES}
        require("crun")
        gvisor = runsc()
    except (ToolMissing, BuildFailed) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    for name, image in images.items():
        size, count = measure(image.rootfs)
        how = f"built in {image.seconds:.0f} s" if image.seconds else "unchanged"
        sys.stdout.write(
            f"{name:<9} {how}, {size / _MIB:.0f} MiB in {count:,} files, {image.digest}\n"
            f"          {image.folder.relative_to(ROOT)}\n"
        )
    sys.stdout.write(f"runsc     {gvisor}\n")
    return 0


def measure(folder: Path) -> tuple[int, int]:
    """Return the bytes and the number of the files below a folder."""
    sizes = [file.lstat().st_size for file in folder.rglob("*") if not file.is_dir()]
    return sum(sizes), len(sizes)


if __name__ == "__main__":
    sys.exit(main())
