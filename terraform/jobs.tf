# The backtest job, one definition in each region. Its size, time, retries and environment are those of
# jobs/backtest/job.yaml, which the local stack runs: one file says what a backtest gets.

locals {
  job           = yamldecode(file("${local.repository}/jobs/backtest/job.yaml"))
  job_task      = local.job.spec.template.spec.template.spec
  job_container = local.job_task.containers[0]
}

resource "google_cloud_run_v2_job" "backtest" {
  for_each = toset(var.regions)

  name                = local.job.metadata.name
  location            = each.value
  labels              = local.labels.backtest
  deletion_protection = var.protect_data

  template {
    labels      = local.labels.backtest # of each execution, and so of its line on the bill
    parallelism = local.job.spec.template.spec.parallelism
    task_count  = local.job.spec.template.spec.taskCount

    template {
      # A virtual machine of its own: the sandbox needs namespaces that the first generation does not give.
      execution_environment = "EXECUTION_ENVIRONMENT_GEN2"
      # The clock starts before the container does; less than 180 s has been seen to end before Python began.
      timeout         = "${local.job_task.timeoutSeconds}s"
      max_retries     = local.job_task.maxRetries
      service_account = google_service_account.this["backtest-job"].email

      containers {
        image = var.engine_image

        dynamic "env" {
          for_each = merge(
            { for variable in local.job_container.env : variable.name => variable.value },
            { GOOGLE_CLOUD_PROJECT = var.project }, # for the trace in its log lines
          )
          content {
            name  = env.key
            value = env.value
          }
        }

        resources {
          limits = local.job_container.resources.limits
        }
      }

      # All of its traffic, also what is meant for public addresses, goes through the VPC and its firewall.
      vpc_access {
        egress = "ALL_TRAFFIC"

        network_interfaces {
          network    = google_compute_network.this.id
          subnetwork = google_compute_subnetwork.backtest_jobs[each.value].id
          tags       = [local.tags.backtest_job]
        }
      }
    }
  }

  # An execution that started before these would have the default: everywhere, by no rule.
  depends_on = [
    google_compute_firewall.deny_egress,
    google_compute_firewall.google_interfaces,
    google_compute_route.private_google_access,
    google_dns_record_set.private,
  ]
}
