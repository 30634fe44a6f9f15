# What happened to runs, for questions that need SQL: how long they wait, what they cost, by whom they are
# used. It is filled from the log, so no function writes to it, and it holds ids but no names or addresses.

resource "google_bigquery_dataset" "operations" {
  #checkov:skip=CKV_GCP_81:Google's own keys encrypt it; the rows are facts about runs, not secrets
  dataset_id    = "candlewick_operations"
  friendly_name = "Candlewick operations"
  description   = "Facts about runs from the functions' logs."
  # BigQuery writes regions in lower case and multi-regions in capitals.
  location = length(regexall("-", var.storage_location.name)) > 0 ? lower(var.storage_location.name) : var.storage_location.name
  labels   = local.labels.data

  default_partition_expiration_ms = 400 * 86400 * 1000
  delete_contents_on_destroy      = !var.protect_data
}

locals {
  recorded_messages = ["backtest submitted", "run started", "run finished", "result verified", "result refused", "run given up"]
}

resource "google_logging_project_sink" "operations" {
  name                   = "candlewick-operations"
  description            = "Facts about runs into BigQuery."
  destination            = "bigquery.googleapis.com/${google_bigquery_dataset.operations.id}"
  unique_writer_identity = true

  filter = join(" AND ", [
    "resource.type=\"cloud_run_revision\"",
    "jsonPayload.message=(${join(" OR ", [for message in local.recorded_messages : "\"${message}\""])})",
  ])

  # Partitioned tables forget row by row; a table for each day would be forgotten by nobody.
  bigquery_options {
    use_partitioned_tables = true
  }
}

resource "google_bigquery_dataset_iam_member" "sink" {
  dataset_id = google_bigquery_dataset.operations.dataset_id
  role       = "roles/bigquery.dataEditor"
  member     = google_logging_project_sink.operations.writer_identity
}
