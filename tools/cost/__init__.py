"""What a deployment costs: prices and workloads in TOML, `docs/cost.md` out of them."""
