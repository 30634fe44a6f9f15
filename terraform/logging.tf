# Log entries, and the metrics that are made from them. The messages and fields are those of
# docs/operations/logs.md; a test holds this file to that table.

resource "google_logging_project_bucket_config" "default" {
  project        = var.project
  location       = "global"
  bucket_id      = "_Default"
  retention_days = var.log_days
}

# Reads and writes of data are recorded where they are few and tell something. Firestore's and Cloud
# Storage's reads would be the largest part of the bill.
resource "google_project_iam_audit_config" "this" {
  for_each = toset(["cloudkms.googleapis.com", "secretmanager.googleapis.com", "iam.googleapis.com"])

  project = var.project
  service = each.value

  dynamic "audit_log_config" {
    for_each = toset(["ADMIN_READ", "DATA_READ", "DATA_WRITE"])
    content {
      log_type = audit_log_config.value
    }
  }
}

resource "google_project_iam_audit_config" "storage_writes" {
  project = var.project
  service = "storage.googleapis.com"

  audit_log_config {
    log_type = "DATA_WRITE"
  }
}

locals {
  # `resource`: whose log it is, a function's without it.
  # `value`: the field whose distribution is kept; without one, entries are counted.
  log_metrics = {
    runs_submitted      = { messages = ["backtest submitted"], by_user_class = true }
    runs_finished       = { messages = ["run finished"], by_user_class = true }
    runs_stuck          = { messages = ["run was stuck"] }
    runs_given_up       = { messages = ["run given up"] }
    job_seconds         = { messages = ["run finished"], value = "job_s", unit = "s", by_user_class = true }
    dispatch_seconds    = { messages = ["run started"], value = "dispatch_s", unit = "s" }
    tasks_unsent        = { messages = ["task not sent yet"] }
    reconciles          = { messages = ["reconciled"] }
    oldest_queued       = { messages = ["reconciled"], value = "oldest_queued_s", unit = "s" }
    oldest_overdue      = { messages = ["reconciled"], value = "oldest_overdue_s", unit = "s" }
    results_verified    = { messages = ["result verified"] }
    results_refused     = { messages = ["result refused"] }
    bugs                = { messages = ["bug"] }
    outages             = { messages = ["dependency down", "outage"] }
    google_refusals     = { messages = ["google refuses the code exchange", "google sends no ID token"] }
    replies_failed      = { messages = ["reply failed", "reply not stored"] }
    house_failed        = { messages = ["examination failed", "out-of-sample run failed"] }
    erasures_unfinished = { messages = ["erasure not finished"] }
    keys_held_back      = { messages = ["key releases held back"] }
    backups_checked     = { messages = ["backups checked"] }
    backups_missing     = { messages = ["backup missing"] }
    pulls_finished      = { messages = ["pull finished"], resource = "cloud_run_job" }
    pulls_failed        = { messages = ["pull incomplete", "pull failed"], resource = "cloud_run_job" }
  }
}

resource "google_logging_metric" "this" {
  for_each = local.log_metrics

  name        = each.key
  description = "From the log: ${join(", ", each.value.messages)}."
  filter = join(" AND ", [
    "resource.type=\"${try(each.value.resource, "cloud_run_revision")}\"",
    "jsonPayload.message=(${join(" OR ", [for message in each.value.messages : "\"${message}\""])})",
  ])

  value_extractor = can(each.value.value) ? "EXTRACT(jsonPayload.${each.value.value})" : null
  # Each value of a label is a series of its own and is paid for: classes of users, never users.
  label_extractors = try(each.value.by_user_class, false) ? { user_class = "EXTRACT(labels.user_class)" } : {}

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = can(each.value.value) ? "DISTRIBUTION" : "INT64"
    unit        = try(each.value.unit, "1")

    dynamic "labels" {
      for_each = try(each.value.by_user_class, false) ? [true] : []
      content {
        key         = "user_class"
        value_type  = "STRING"
        description = "guest, member, extended or house"
      }
    }
  }

  # From a second to four hours, each bound half as large again as the one before.
  dynamic "bucket_options" {
    for_each = can(each.value.value) ? [true] : []
    content {
      exponential_buckets {
        scale              = 1
        growth_factor      = 1.5
        num_finite_buckets = 24
      }
    }
  }
}
