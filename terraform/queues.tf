resource "google_cloud_tasks_queue" "backtests" {
  for_each = toset(var.regions)

  name     = "backtests"
  location = each.value

  rate_limits {
    max_dispatches_per_second = 50
    # As many as the tasks function takes: what goes beyond would be refused and tried again. How many jobs
    # run is bounded elsewhere, by the users' quotas and the region's.
    max_concurrent_dispatches = local.functions.tasks.concurrency * var.max_instances
  }

  # Retries stop when both the attempts and the time are used up. The reconciler takes over long before: a
  # task that goes on after its run has moved finds nothing to do.
  retry_config {
    max_attempts       = 20
    max_retry_duration = "1200s"
    min_backoff        = "1s"
    max_backoff        = "60s"
    max_doublings      = 6
  }

  stackdriver_logging_config {
    sampling_ratio = 0.1
  }
}
