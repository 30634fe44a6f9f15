# The job that pulls candles, and who starts it every day. Its size, tasks, time and retries are those of
# jobs/market-data/job.yaml, which the local stack runs.

locals {
  pulls = var.universe != null
  # The store is one for all regions, and so is the job.
  pull_regions   = local.pulls ? toset([local.primary_region]) : toset([])
  pull_job       = yamldecode(file("${local.repository}/jobs/market-data/job.yaml"))
  pull_task      = local.pull_job.spec.template.spec.template.spec
  pull_container = local.pull_task.containers[0]
}

resource "google_cloud_run_v2_job" "market_data" {
  for_each = local.pull_regions

  name                = local.pull_job.metadata.name
  location            = each.value
  labels              = local.labels.market_data
  deletion_protection = var.protect_data

  template {
    labels      = local.labels.market_data
    parallelism = local.pull_job.spec.template.spec.parallelism
    task_count  = local.pull_job.spec.template.spec.taskCount

    template {
      execution_environment = "EXECUTION_ENVIRONMENT_GEN2"
      timeout               = "${local.pull_task.timeoutSeconds}s"
      max_retries           = local.pull_task.maxRetries
      service_account       = google_service_account.this["market-data-job"].email

      # It runs our code alone and asks exchanges in the internet: it is in no VPC, and comes from Google's own addresses.
      containers {
        image = var.market_data_image

        dynamic "env" {
          for_each = merge(
            { for variable in local.pull_container.env : variable.name => variable.value },
            {
              GOOGLE_CLOUD_PROJECT      = var.project
              CANDLEWICK_CANDLES_BUCKET = google_storage_bucket.data["candles"].name
              CANDLEWICK_WAREHOUSE      = local.market_dataset
              CANDLEWICK_UNIVERSE       = jsonencode({ for name, value in var.universe : name => value if value != null })
            },
          )
          content {
            name  = env.key
            value = env.value
          }
        }

        resources {
          limits = local.pull_container.resources.limits
        }
      }
    }
  }

  lifecycle {
    precondition {
      condition     = var.market_data_image != ""
      error_message = "A universe needs the job's image: give market_data_image."
    }
  }
}

resource "google_cloud_scheduler_job" "pull" {
  for_each = local.pull_regions

  name             = "pull-candles"
  region           = each.value
  description      = "Starts the market-data job: what exchanges have and the store has not."
  schedule         = "20 0 * * *" # a day's candles are complete by then
  time_zone        = "Etc/UTC"
  attempt_deadline = "180s"

  # Of the start alone; the job's tasks have retries of their own. Two pulls at once do no harm.
  retry_config {
    retry_count          = 3
    min_backoff_duration = "60s"
    max_backoff_duration = "600s"
  }

  http_target {
    http_method = "POST"
    uri         = "https://run.googleapis.com/v2/${google_cloud_run_v2_job.market_data[each.key].id}:run"

    # Google's own interface takes no ID token.
    oauth_token {
      service_account_email = google_service_account.this["scheduler-caller"].email
    }
  }
}
