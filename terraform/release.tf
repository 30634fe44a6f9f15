# What a release consists of: the functions' source and the job's image.

resource "google_storage_bucket" "sources" {
  #checkov:skip=CKV_GCP_62:Only Terraform writes here and only the build reads; Cloud Audit Logs record both
  name     = "${var.project}-function-sources"
  location = local.primary_region
  labels   = local.labels.release

  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = true # it is made again from the repository

  versioning {
    enabled = true
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      days_since_noncurrent_time = 30
      with_state                 = "ARCHIVED"
    }
  }
}

resource "google_storage_bucket_object" "functions" {
  # Named by its content: the same source is the same object, and a new name is what redeploys a function.
  name         = "functions-${filesha256(var.function_bundle)}.zip"
  bucket       = google_storage_bucket.sources.name
  source       = var.function_bundle
  content_type = "application/zip"

  lifecycle {
    create_before_destroy = true
  }
}

# bootstrap.sh makes it, because the job's image must be here before the job can be; from then on it is
# Terraform's. Once it is in the state the block says nothing.
import {
  to = google_artifact_registry_repository.images
  id = "projects/${var.project}/locations/${var.registry_location}/repositories/candlewick"
}

resource "google_artifact_registry_repository" "images" {
  #checkov:skip=CKV_GCP_84:Google's own keys encrypt it; the images hold no secret and are built from public sources
  location      = var.registry_location
  repository_id = "candlewick"
  description   = "Images of the backtest job and of live bots."
  format        = "DOCKER"
  labels        = local.labels.release

  docker_config {
    immutable_tags = true
  }

  vulnerability_scanning_config {
    enablement_config = "INHERITED" # on: the interface containerscanning is (apis.txt)
  }

  # A digest that the job names is in use; Terraform's rollback needs the ones before it.
  cleanup_policies {
    id     = "keep-recent"
    action = "KEEP"
    most_recent_versions {
      keep_count = 10
    }
  }
  cleanup_policies {
    id     = "delete-old"
    action = "DELETE"
    condition {
      older_than = "${90 * 86400}s"
    }
  }
}

# The functions' images, which Cloud Build makes from the source; it must be in the function's own region.
resource "google_artifact_registry_repository" "functions" {
  #checkov:skip=CKV_GCP_84:Google's own keys encrypt it; the images hold no secret and are built from public sources
  for_each = toset(var.regions)

  location      = each.value
  repository_id = "functions"
  description   = "Images that Cloud Functions builds."
  format        = "DOCKER"
  labels        = local.labels.release

  cleanup_policies {
    id     = "keep-recent"
    action = "KEEP"
    most_recent_versions {
      keep_count = 3
    }
  }
  cleanup_policies {
    id     = "delete-old"
    action = "DELETE"
    condition {
      older_than = "${30 * 86400}s"
    }
  }
}
