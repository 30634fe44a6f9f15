"""Cloud Tasks v2 on one machine: `python -m emulators.cloud_tasks --help`."""
