# The candles once more, for questions that need SQL: coverage, gaps, quality, turnover. The market-data job adds what a
# revision changed; nothing that the product does reads it. The emulator of local tests is laid out from the same schemas and queries.

locals {
  warehouse = "${path.module}/market_data"
  # By day: a year of any timeframe is 365 partitions, and BigQuery takes 10,000 in a table.
  market_tables = {
    candles  = "opened_at"
    series   = "recorded_at"
    findings = "recorded_at"
  }
  # Views of a later row read those of the rows before.
  market_views = {
    base    = ["current_candles"]
    derived = ["coverage", "gaps", "quality", "daily_turnover"]
  }
}

resource "google_bigquery_dataset" "market_data" {
  #checkov:skip=CKV_GCP_81:Google's own keys encrypt it; candles are public facts
  dataset_id    = "candlewick_market_data"
  friendly_name = "Candlewick market data"
  description   = "Candles of all exchanges, by revision."
  location      = google_bigquery_dataset.operations.location
  labels        = local.labels.data

  delete_contents_on_destroy = !var.protect_data
}

resource "google_bigquery_table" "market_data" {
  #checkov:skip=CKV_GCP_80:Google's own keys encrypt it; candles are public facts
  for_each = local.market_tables

  dataset_id = google_bigquery_dataset.market_data.dataset_id
  table_id   = each.key
  schema     = file("${local.warehouse}/${each.key}.json")
  clustering = ["exchange", "pair", "timeframe"]
  labels     = local.labels.data

  time_partitioning {
    type  = "DAY"
    field = each.value
  }

  deletion_protection = var.protect_data
}

resource "google_bigquery_table" "market_view" {
  #checkov:skip=CKV_GCP_80:A view holds nothing that could be encrypted
  #checkov:skip=CKV_GCP_121:It can be made again at any time
  for_each = toset(local.market_views.base)

  dataset_id = google_bigquery_dataset.market_data.dataset_id
  table_id   = each.value
  labels     = local.labels.data

  view {
    query          = templatefile("${local.warehouse}/views/${each.value}.sql", { dataset = local.market_dataset })
    use_legacy_sql = false
  }

  deletion_protection = false

  depends_on = [google_bigquery_table.market_data]
}

resource "google_bigquery_table" "market_question" {
  #checkov:skip=CKV_GCP_80:A view holds nothing that could be encrypted
  #checkov:skip=CKV_GCP_121:It can be made again at any time
  for_each = toset(local.market_views.derived)

  dataset_id = google_bigquery_dataset.market_data.dataset_id
  table_id   = each.value
  labels     = local.labels.data

  view {
    query          = templatefile("${local.warehouse}/views/${each.value}.sql", { dataset = local.market_dataset })
    use_legacy_sql = false
  }

  deletion_protection = false

  depends_on = [google_bigquery_table.market_view]
}

locals {
  market_dataset = "${var.project}.${google_bigquery_dataset.market_data.dataset_id}"
}
