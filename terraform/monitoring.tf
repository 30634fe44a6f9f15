# Ten alerts: the nine below and the budget. Each has a page in docs/operations/playbooks/ of the same
# name, and nothing alerts that an operator could not act on.

locals {
  # A metric that has just been made is not known to Cloud Monitoring for some minutes; naming it through
  # the resource makes the alert wait for its creation at least. A second apply helps where that is too short.
  log_metric_filters = {
    for name, metric in google_logging_metric.this :
    name => "resource.type=\"${try(local.log_metrics[name].resource, "cloud_run_revision")}\" AND metric.type=\"logging.googleapis.com/user/${metric.name}\""
  }

  requests = "resource.type=\"cloud_run_revision\" AND metric.type=\"run.googleapis.com/request_count\""

  # What a second of one job instance costs, at Google's list price of a tier 1 region (docs/cost.md):
  # 0.000018 USD for a vCPU, 0.000002 USD for a GiB.
  job_limits           = local.job_container.resources.limits
  job_second_usd       = tonumber(local.job_limits.cpu) * 0.000018 + tonumber(trimsuffix(local.job_limits.memory, "Gi")) * 0.000002
  daily_job_seconds    = floor(var.daily_job_cost / local.job_second_usd)
  allowed_error_ratio  = 0.02
  allowed_refusal_rate = 0.05

  alerts = {
    stuck-runs = {
      severity = "ERROR"
      summary  = "Runs do not get on: the reconciler moves many of them, or gave some up."
      conditions = [
        { name = "A run was given up", filter = local.log_metric_filters.runs_given_up, period_s = 600, aligner = "ALIGN_SUM", reducer = "REDUCE_SUM", above = 0 },
        { name = "Five runs stuck within ten minutes", filter = local.log_metric_filters.runs_stuck, period_s = 600, aligner = "ALIGN_SUM", reducer = "REDUCE_SUM", above = 4 },
      ]
    }
    queue-age = {
      severity = "WARNING"
      summary  = "Runs wait in the queue for longer than five minutes."
      conditions = [
        { name = "The oldest queued run is older than 300 s", filter = local.log_metric_filters.oldest_queued, period_s = 300, aligner = "ALIGN_PERCENTILE_99", reducer = "REDUCE_MAX", above = 300 },
        { name = "Tasks wait for more than 300 s", filter = "resource.type=\"cloud_tasks_queue\" AND metric.type=\"cloudtasks.googleapis.com/queue/task_attempt_delays\"", period_s = 300, aligner = "ALIGN_PERCENTILE_99", reducer = "REDUCE_MAX", above = 300000 },
        { name = "Tasks cannot be sent", filter = local.log_metric_filters.tasks_unsent, period_s = 300, aligner = "ALIGN_SUM", reducer = "REDUCE_SUM", above = 10 },
      ]
    }
    error-ratio = {
      severity = "ERROR"
      summary  = "The platform answers with errors of its own."
      conditions = [
        { name = "More than 2 % of calls fail", filter = "${local.requests} AND metric.labels.response_code_class=\"5xx\"", denominator = local.requests, period_s = 300, aligner = "ALIGN_SUM", reducer = "REDUCE_SUM", group_by = ["resource.label.service_name"], above = local.allowed_error_ratio, for_s = 300 },
        { name = "A bug", filter = local.log_metric_filters.bugs, period_s = 600, aligner = "ALIGN_SUM", reducer = "REDUCE_SUM", above = 0 },
        { name = "A dependency is down", filter = local.log_metric_filters.outages, period_s = 300, aligner = "ALIGN_SUM", reducer = "REDUCE_SUM", above = 20 },
        { name = "Nobody can sign in with Google", filter = local.log_metric_filters.google_refusals, period_s = 600, aligner = "ALIGN_SUM", reducer = "REDUCE_SUM", above = 2 },
        { name = "An erasure cannot be finished", filter = local.log_metric_filters.erasures_unfinished, period_s = 3600, aligner = "ALIGN_SUM", reducer = "REDUCE_SUM", above = 30 },
        { name = "The chat cannot answer", filter = local.log_metric_filters.replies_failed, period_s = 600, aligner = "ALIGN_SUM", reducer = "REDUCE_SUM", above = 5 },
        { name = "The marketplace cannot examine or follow versions", filter = local.log_metric_filters.house_failed, period_s = 3600, aligner = "ALIGN_SUM", reducer = "REDUCE_SUM", above = 5 },
        { name = "Exchange keys are held back", filter = local.log_metric_filters.keys_held_back, period_s = 300, aligner = "ALIGN_SUM", reducer = "REDUCE_SUM", above = 0 },
      ]
    }
    failed-verification = {
      severity = "ERROR"
      summary  = "Results are refused: somebody forges them, or a new engine counts otherwise than the verifier."
      combiner = "AND"
      conditions = [
        { name = "More than 5 % of results are refused", filter = local.log_metric_filters.results_refused, denominator = local.log_metric_filters.results_verified, period_s = 3600, aligner = "ALIGN_SUM", reducer = "REDUCE_SUM", above = local.allowed_refusal_rate },
        { name = "Three results refused within an hour", filter = local.log_metric_filters.results_refused, period_s = 3600, aligner = "ALIGN_SUM", reducer = "REDUCE_SUM", above = 2 },
      ]
    }
    reconcile-lag = {
      severity = "CRITICAL"
      summary  = "The reconciler does not run, or does not keep up: nothing closes what is stuck."
      conditions = [
        { name = "No pass for five minutes", filter = local.log_metric_filters.reconciles, period_s = 60, aligner = "ALIGN_SUM", reducer = "REDUCE_SUM", group_by = ["resource.label.location"], below = 1, for_s = 300 },
        { name = "A run is overdue for more than 120 s", filter = local.log_metric_filters.oldest_overdue, period_s = 300, aligner = "ALIGN_PERCENTILE_99", reducer = "REDUCE_MAX", above = 120 },
      ]
    }
    daily-cost = {
      severity = "WARNING"
      summary  = "Backtest jobs of the last day cost more than ${var.daily_job_cost} USD."
      conditions = [
        { name = "More than ${local.daily_job_seconds} billed seconds in a day", filter = "resource.type=\"cloud_run_job\" AND metric.type=\"run.googleapis.com/container/billable_instance_time\"", period_s = 86400, aligner = "ALIGN_SUM", reducer = "REDUCE_SUM", above = local.daily_job_seconds },
      ]
    }
    slow-dispatch = {
      severity = "WARNING"
      summary  = "From the queue to the job's first word it takes more than two minutes."
      conditions = [
        { name = "The 95th percentile is above 120 s", filter = local.log_metric_filters.dispatch_seconds, period_s = 900, aligner = "ALIGN_DELTA", reducer = "REDUCE_PERCENTILE_95", above = 120 },
      ]
    }
    pull-failed = {
      severity = "WARNING"
      summary  = "Candles are missing: the market-data job could not pull all that it should, or did not run."
      conditions = [
        for condition in [
          { name = "A task of a pull missed candles three times", filter = local.log_metric_filters.pulls_failed, period_s = 7200, aligner = "ALIGN_SUM", reducer = "REDUCE_SUM", above = 2 },
          { name = "Nobody pulled for a day", filter = local.log_metric_filters.pulls_finished, period_s = 86400, aligner = "ALIGN_SUM", reducer = "REDUCE_SUM", below = 1, for_s = 10800 },
        ] : condition if local.pulls || can(condition.above)
      ]
    }
    backup-missing = {
      severity = "CRITICAL"
      summary  = "The database has no backup of the last day, or nobody looks."
      conditions = [
        { name = "No backup younger than 30 hours", filter = local.log_metric_filters.backups_missing, period_s = 7200, aligner = "ALIGN_SUM", reducer = "REDUCE_SUM", above = 0 },
        { name = "Nobody looked for three hours", filter = local.log_metric_filters.backups_checked, period_s = 3600, aligner = "ALIGN_SUM", reducer = "REDUCE_SUM", below = 1, for_s = 10800 },
      ]
    }
  }

  # The budget tells its own channel and is no policy (budget.tf); its page is beside the others.
  playbooks = { for name in concat(keys(local.alerts), ["budget"]) : name => "docs/operations/playbooks/${name}.md" }
}

resource "google_monitoring_notification_channel" "email" {
  for_each = var.alert_email == "" ? toset([]) : toset([var.alert_email])

  display_name = "Candlewick operators (${var.environment})"
  type         = "email"
  labels       = { email_address = each.value }
  # Policies hold on to it; without force a changed address could not be applied.
  force_delete = true
}

locals {
  channels = [for channel in google_monitoring_notification_channel.email : channel.id]
}

resource "google_monitoring_alert_policy" "this" {
  for_each = local.alerts

  display_name          = each.key
  severity              = each.value.severity
  combiner              = try(each.value.combiner, "OR")
  notification_channels = local.channels
  user_labels           = local.common_labels

  dynamic "conditions" {
    for_each = each.value.conditions
    content {
      display_name = conditions.value.name

      condition_threshold {
        filter             = conditions.value.filter
        denominator_filter = try(conditions.value.denominator, null)
        comparison         = can(conditions.value.below) ? "COMPARISON_LT" : "COMPARISON_GT"
        threshold_value    = can(conditions.value.below) ? conditions.value.below : conditions.value.above
        duration           = "${try(conditions.value.for_s, 0)}s"
        # What shall not fall silent is in trouble when nothing is heard of it; the rest is well. Without a
        # duration Google takes no answer to this question.
        evaluation_missing_data = (
          can(conditions.value.below) ? "EVALUATION_MISSING_DATA_ACTIVE" :
          can(conditions.value.for_s) ? "EVALUATION_MISSING_DATA_INACTIVE" : null
        )

        aggregations {
          alignment_period     = "${conditions.value.period_s}s"
          per_series_aligner   = conditions.value.aligner
          cross_series_reducer = conditions.value.reducer
          group_by_fields      = try(conditions.value.group_by, [])
        }

        dynamic "denominator_aggregations" {
          for_each = can(conditions.value.denominator) ? [true] : []
          content {
            alignment_period     = "${conditions.value.period_s}s"
            per_series_aligner   = conditions.value.aligner
            cross_series_reducer = conditions.value.reducer
            group_by_fields      = try(conditions.value.group_by, [])
          }
        }
      }
    }
  }

  alert_strategy {
    auto_close = "1800s"
  }

  documentation {
    mime_type = "text/markdown"
    subject   = "Candlewick ${var.environment}: ${each.key}"
    content   = "${each.value.summary}\n\nWhat to do: ${local.playbooks[each.key]}"

    dynamic "links" {
      for_each = var.documentation_url == "" ? [] : [local.playbooks[each.key]]
      content {
        display_name = "Playbook"
        url          = "${trimsuffix(var.documentation_url, "/")}/${trimprefix(links.value, "docs/")}"
      }
    }
  }
}

# ── the dashboard: one page, in the order in which one looks for what is wrong

locals {
  tiles = [
    { title = "Calls, by function and answer", filter = local.requests, aligner = "ALIGN_RATE", reducer = "REDUCE_SUM", group_by = ["resource.label.service_name", "metric.label.response_code_class"] },
    { title = "Answer time, 95th percentile (ms)", filter = "resource.type=\"cloud_run_revision\" AND metric.type=\"run.googleapis.com/request_latencies\"", aligner = "ALIGN_PERCENTILE_95", reducer = "REDUCE_MAX", group_by = ["resource.label.service_name"] },
    { title = "Runs submitted, by class of user", filter = local.log_metric_filters.runs_submitted, aligner = "ALIGN_SUM", reducer = "REDUCE_SUM", group_by = ["metric.label.user_class"] },
    { title = "Runs finished, by class of user", filter = local.log_metric_filters.runs_finished, aligner = "ALIGN_SUM", reducer = "REDUCE_SUM", group_by = ["metric.label.user_class"] },
    { title = "Oldest queued run (s)", filter = local.log_metric_filters.oldest_queued, aligner = "ALIGN_PERCENTILE_99", reducer = "REDUCE_MAX", group_by = ["resource.label.location"] },
    { title = "From the queue to the job's first word, 95th percentile (s)", filter = local.log_metric_filters.dispatch_seconds, aligner = "ALIGN_DELTA", reducer = "REDUCE_PERCENTILE_95", group_by = [] },
    { title = "Tasks in the queue", filter = "resource.type=\"cloud_tasks_queue\" AND metric.type=\"cloudtasks.googleapis.com/queue/depth\"", aligner = "ALIGN_MAX", reducer = "REDUCE_SUM", group_by = ["resource.label.location"] },
    { title = "Jobs running", filter = "resource.type=\"cloud_run_job\" AND metric.type=\"run.googleapis.com/job/running_executions\"", aligner = "ALIGN_MAX", reducer = "REDUCE_SUM", group_by = ["resource.label.location"] },
    { title = "Billed job seconds", filter = "resource.type=\"cloud_run_job\" AND metric.type=\"run.googleapis.com/container/billable_instance_time\"", aligner = "ALIGN_SUM", reducer = "REDUCE_SUM", group_by = ["resource.label.location"] },
    { title = "Job time by class of user, mean (s)", filter = local.log_metric_filters.job_seconds, aligner = "ALIGN_DELTA", reducer = "REDUCE_MEAN", group_by = ["metric.label.user_class"] },
    { title = "Firestore reads", filter = "resource.type=\"firestore.googleapis.com/Database\" AND metric.type=\"firestore.googleapis.com/document/read_ops_count\"", aligner = "ALIGN_SUM", reducer = "REDUCE_SUM", group_by = [] },
    { title = "Firestore writes", filter = "resource.type=\"firestore.googleapis.com/Database\" AND metric.type=\"firestore.googleapis.com/document/write_ops_count\"", aligner = "ALIGN_SUM", reducer = "REDUCE_SUM", group_by = [] },
  ]
}

resource "google_monitoring_dashboard" "this" {
  dashboard_json = jsonencode({
    displayName = "Candlewick ${var.environment}"
    mosaicLayout = {
      columns = 48
      tiles = [
        for index, tile in local.tiles : {
          xPos   = 24 * (index % 2)
          yPos   = 16 * floor(index / 2)
          width  = 24
          height = 16
          widget = {
            title = tile.title
            xyChart = {
              dataSets = [{
                plotType = "LINE"
                timeSeriesQuery = {
                  timeSeriesFilter = {
                    filter = tile.filter
                    aggregation = {
                      alignmentPeriod    = "300s"
                      perSeriesAligner   = tile.aligner
                      crossSeriesReducer = tile.reducer
                      groupByFields      = tile.group_by
                    }
                  }
                }
              }]
            }
          }
        }
      ]
    }
  })
}
