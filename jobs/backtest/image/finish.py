"""Compiles all Python of a file system and makes its times those of the sources.

Run by the Dockerfile's builder stage: `python3.13 finish.py ROOT FOLDER … `; folders are named as in the image.
"""

import compileall
import os
import py_compile
import sys
from pathlib import Path


def main(root: Path, folders: list[str]) -> None:
    for folder in folders:
        # Unchecked: in the image no source changes, and the interpreter need not look.
        fine = compileall.compile_dir(
            str(root) + folder,
            stripdir=str(root),
            prependdir="/",
            quiet=1,
            maxlevels=50,
            workers=0,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
        if not fine:
            sys.exit(f"{folder}: not all of it could be compiled")
    moment = int(os.environ["SOURCE_DATE_EPOCH"])
    for place, folders_here, files in os.walk(root, topdown=False):
        for name in (*folders_here, *files):
            os.utime(Path(place, name), (moment, moment), follow_symlinks=False)
    os.utime(root, (moment, moment))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
