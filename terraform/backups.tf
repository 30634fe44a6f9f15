# A database takes one daily and one weekly schedule. Backups hold documents and indexes, not TTL policies
# or rules, and restore only into a new database: docs/operations/disaster-recovery.md.

resource "google_firestore_backup_schedule" "daily" {
  database  = google_firestore_database.this.name
  retention = "${7 * 24 * 3600}s"

  daily_recurrence {}
}

resource "google_firestore_backup_schedule" "weekly" {
  database  = google_firestore_database.this.name
  retention = "${14 * 7 * 24 * 3600}s" # 14 weeks is the most

  weekly_recurrence {
    day = "SUNDAY"
  }
}

# Exports of the restore drill, and of an operator who wants a copy outside the database.
resource "google_storage_bucket" "exports" {
  #checkov:skip=CKV_GCP_62:Access is recorded by Cloud Audit Logs (logging.tf); usage logs would be a second, coarser copy
  name     = "${var.project}-exports"
  location = var.storage_location.name
  labels   = local.labels.data

  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = !var.protect_data
  deletion_policy             = local.deletion_policy

  dynamic "custom_placement_config" {
    for_each = length(var.storage_location.regions) == 2 ? [var.storage_location.regions] : []
    content {
      data_locations = custom_placement_config.value
    }
  }

  versioning {
    enabled = true
  }

  soft_delete_policy {
    retention_duration_seconds = var.recovery_days * 86400
  }

  # An export holds what users have had erased since; it may not outlive its purpose.
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age        = 14
      with_state = "ANY"
    }
  }
}
