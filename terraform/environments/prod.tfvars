# Two regions behind one load balancer; every store survives the loss of one of them.
# The command line gives: project, engine_image, bot_image, market_data_image, function_bundle, domain, alert_email, billing_account.

environment  = "prod"
protect_data = true

regions            = ["europe-west1", "europe-west4"]
firestore_location = "eur3" # Belgium and the Netherlands; a witness in Finland
storage_location   = { name = "EU", regions = ["EUROPE-WEST1", "EUROPE-WEST4"] }
registry_location  = "europe"
kms_location       = "europe"

cloud_armor    = true
live_bots      = true
min_instances  = 1
max_instances  = 50
recovery_days  = 14
log_days       = 90
monthly_budget = 1000
daily_job_cost = 50

# Pulled every day, from Binance itself; a quote currency in the place of pairs takes all that are listed in it. Perpetuals are
# pairs like "BTC/USDT:USDT" (or market_types = ["spot", "futures"] with a quote): their mark prices and funding rates come along.
universe = {
  exchange   = "binance"
  pairs      = ["ADA/USDT", "BNB/USDT", "BTC/USDT", "DOGE/USDT", "ETH/USDT", "LINK/USDT", "LTC/USDT", "SOL/USDT", "TRX/USDT", "XRP/USDT"]
  timeframes = ["5m", "1h", "1d"]
  start      = "2020-01-01"
}
