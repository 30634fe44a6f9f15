"""Cloud Run Admin v2 on one machine, containers being processes: `python -m emulators.cloud_run --help`."""
