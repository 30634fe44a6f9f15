resource "google_cloud_scheduler_job" "reconcile" {
  for_each = toset(var.regions)

  name             = "reconcile"
  region           = each.value
  description      = "Closes what is stuck: unsent tasks, runs past their deadline, unfinished erasures."
  schedule         = "* * * * *"
  time_zone        = "Etc/UTC"
  attempt_deadline = "110s"

  # The next minute is the retry.
  retry_config {
    retry_count = 0
  }

  http_target {
    http_method = "POST"
    uri         = "${local.urls[each.value].reconcile}/"

    oidc_token {
      service_account_email = google_service_account.this["scheduler-caller"].email
      audience              = local.urls[each.value].reconcile
    }
  }

  depends_on = [google_cloudfunctions2_function.this]
}
