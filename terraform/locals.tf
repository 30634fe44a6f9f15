locals {
  repository = "${path.module}/.." # files that Terraform shares with the local stack

  primary_region = var.regions[0]
  project_number = data.google_project.this.number

  common_labels = {
    application = "candlewick"
    environment = var.environment
  }

  # `component` names the deployable and `feature` what users know it as: a bill can be split by each.
  labels = {
    functions   = { for name, function in local.functions : name => { component = name, feature = function.feature } }
    backtest    = { component = "backtest", feature = "backtests" }
    market_data = { component = "market-data", feature = "market-data" }
    live_bot    = { component = "live-bot", feature = "bots" }
    data        = { component = "data", feature = "platform" }
    front       = { component = "front", feature = "platform" }
    release     = { component = "release", feature = "platform" }
    network     = { component = "network", feature = "platform" }
  }

  # In development everything may be deleted; in production nothing that holds data.
  deletion_policy = var.protect_data ? "PREVENT" : "DELETE"

  has_domain = var.domain != ""
  origins = local.has_domain ? ["https://${var.domain}"] : [
    "https://${var.project}.web.app",
    "https://${var.project}.firebaseapp.com",
  ]
}
