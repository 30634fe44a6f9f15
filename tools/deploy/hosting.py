"""firebase.json as Firebase Hosting needs it: the deployment's region, Cloud Run's service names."""

import json
from typing import Any

from tools.deploy.target import ROOT, Target


def configuration(target: Target) -> dict[str, Any]:
    """Return the Hosting part of firebase.json for one deployment.

    Locally a rewrite names a function; its Cloud Run service has hyphens for underscores, and naming
    the service spares firebase-tools a look at every function of the project.
    """
    hosting = json.loads((ROOT / "firebase.json").read_text())["hosting"]
    return {
        "hosting": {
            **hosting,
            "site": target.project,
            "public": str(ROOT / hosting["public"]),
            "rewrites": [_rewrite(rule, target.region) for rule in hosting["rewrites"]],
        }
    }


def _rewrite(rule: dict[str, Any], region: str) -> dict[str, Any]:
    if "function" not in rule:
        return rule
    service = rule["function"]["functionId"].replace("_", "-")
    return {"source": rule["source"], "run": {"serviceId": service, "region": region}}
