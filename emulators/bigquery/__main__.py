"""`python -m emulators.bigquery install`: before tests, so that none of them waits for it."""

import sys

from emulators.bigquery.environment import NotInstalled, install

if __name__ == "__main__":
    try:
        install()
    except NotInstalled as error:
        sys.exit(str(error))
