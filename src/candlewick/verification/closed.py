"""What is kept of a verified result of closed code."""

import json
from dataclasses import replace

from candlewick.backtests.secrecy import chosen_settings
from candlewick.verification.outputs import as_json
from candlewick.verification.verify import Verified

# Trades stay as they are: tags and exit reasons are what the author chose to say of each.
_KEPT = ("summary.json", "trades.json", "trades.csv", "equity.json", "certificate.json")


def closed(verified: Verified) -> Verified:
    """Return a result without indicators, plots and the settings that the code decides."""
    files = {name: data for name, data in verified.files.items() if name in _KEPT}
    summary = json.loads(files["summary.json"])
    reported = summary["reported"]
    reported["settings"] = chosen_settings(reported["settings"])
    return replace(verified, files={**files, "summary.json": as_json(summary)})
