# The three buckets of the product. Objects never change but for the candles' current.json and the databases of
# live bots, so a version is
# what an accident left behind, and lives for `recovery_days`.

locals {
  buckets = {
    # A pull leaves old revisions behind, which runs may still name: what nobody reads any more gets cheap.
    candles = { cors = false, autoclass = true }
    code    = { cors = false, autoclass = false }
    # The browser fetches a run's files by signed URL.
    results = { cors = true, autoclass = false }
  }
}

resource "google_storage_bucket" "data" {
  #checkov:skip=CKV_GCP_62:Access is recorded by Cloud Audit Logs (logging.tf); usage logs would be a second, coarser copy
  for_each = local.buckets

  name     = "${var.project}-${each.key}"
  location = var.storage_location.name
  labels   = local.labels.data

  # Access is decided by IAM alone, and by nobody in the internet whatever IAM says.
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  force_destroy   = !var.protect_data
  deletion_policy = local.deletion_policy

  dynamic "custom_placement_config" {
    for_each = length(var.storage_location.regions) == 2 ? [var.storage_location.regions] : []
    content {
      data_locations = custom_placement_config.value
    }
  }

  dynamic "autoclass" {
    for_each = each.value.autoclass ? [true] : []
    content {
      enabled                = true
      terminal_storage_class = "ARCHIVE"
    }
  }

  versioning {
    enabled = true
  }

  soft_delete_policy {
    retention_duration_seconds = var.recovery_days * 86400
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      days_since_noncurrent_time = var.recovery_days
      with_state                 = "ARCHIVED"
    }
  }

  # A bot's database is replaced after each of its commits.
  dynamic "lifecycle_rule" {
    for_each = each.key == "results" ? [20] : []
    content {
      action {
        type = "Delete"
      }
      condition {
        num_newer_versions = lifecycle_rule.value
        with_state         = "ARCHIVED"
        matches_suffix     = ["/state.sqlite.zst"]
      }
    }
  }

  lifecycle_rule {
    action {
      type = "AbortIncompleteMultipartUpload"
    }
    condition {
      age = 1
    }
  }

  dynamic "cors" {
    for_each = each.value.cors ? [local.origins] : []
    content {
      origin          = cors.value
      method          = ["GET"]
      response_header = ["Content-Type", "Content-Disposition", "Content-Length"]
      max_age_seconds = 3600
    }
  }
}
