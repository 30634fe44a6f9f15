# A budget tells; it stops nothing. Spending is known to Google some hours after it happened, so the alert
# `daily-cost` counts job seconds itself.
resource "google_billing_budget" "this" {
  count = var.billing_account == "" ? 0 : 1

  billing_account = var.billing_account
  display_name    = "Candlewick ${var.environment} (docs/operations/playbooks/budget.md)"

  budget_filter {
    projects               = ["projects/${local.project_number}"]
    credit_types_treatment = "EXCLUDE_ALL_CREDITS" # credits end, and the platform goes on
  }

  amount {
    specified_amount {
      units = tostring(var.monthly_budget)
    }
  }

  dynamic "threshold_rules" {
    for_each = [0.5, 0.8, 1]
    content {
      threshold_percent = threshold_rules.value
    }
  }
  threshold_rules {
    threshold_percent = 1
    spend_basis       = "FORECASTED_SPEND"
  }

  all_updates_rule {
    monitoring_notification_channels = local.channels
    disable_default_iam_recipients   = false # without an alert_email the billing account's owners are told
  }
}
