# Twelve functions in each region, all from one archive; they differ by entry point, size and identity.

locals {
  functions = {
    auth        = { entry_point = "auth", feature = "account", serves = "api", memory = "512Mi", cpu = "1", timeout = 60, concurrency = 40 }
    strategies  = { entry_point = "strategies", feature = "strategies", serves = "api", memory = "1Gi", cpu = "1", timeout = 60, concurrency = 20 }
    backtests   = { entry_point = "backtests", feature = "backtests", serves = "api", memory = "1Gi", cpu = "1", timeout = 60, concurrency = 20 }
    market-data = { entry_point = "market_data", feature = "market-data", serves = "api", memory = "1Gi", cpu = "1", timeout = 60, concurrency = 20 }
    bots        = { entry_point = "bots", feature = "bots", serves = "api", memory = "512Mi", cpu = "1", timeout = 60, concurrency = 40 }
    credentials = { entry_point = "credentials", feature = "bots", serves = "api", memory = "512Mi", cpu = "1", timeout = 60, concurrency = 20 }
    # A reply is a stream of up to 50 s, and an instance of one core has four threads.
    assistant   = { entry_point = "assistant", feature = "assistant", serves = "api", memory = "1Gi", cpu = "1", timeout = 60, concurrency = 4 }
    marketplace = { entry_point = "marketplace", feature = "marketplace", serves = "api", memory = "1Gi", cpu = "1", timeout = 60, concurrency = 20 }
    # Recomputing a result is work for one core and may take the ten minutes that a task is given.
    tasks      = { entry_point = "tasks", feature = "backtests", serves = "tasks", memory = "4Gi", cpu = "2", timeout = 600, concurrency = 2 }
    run-events = { entry_point = "run_events", feature = "backtests", serves = "jobs", memory = "512Mi", cpu = "1", timeout = 60, concurrency = 40 }
    # It takes and gives databases of up to 24 MiB.
    bot-events = { entry_point = "bot_events", feature = "bots", serves = "jobs", memory = "1Gi", cpu = "1", timeout = 60, concurrency = 20 }
    reconcile  = { entry_point = "reconcile", feature = "platform", serves = "scheduler", memory = "1Gi", cpu = "1", timeout = 120, concurrency = 1 }
  }

  asks_exchanges = { for name in keys(local.functions) : name => var.live_bots && contains(["credentials", "bot-events"], name) }

  public_functions = { for name, function in local.functions : name => function if function.serves == "api" }

  # One entry for each function in each region: "europe-west1/auth".
  deployed = merge([
    for region in var.regions : {
      for name, function in local.functions : "${region}/${name}" => merge(function, { name = name, region = region })
    }
  ]...)

  # Cloud Run's own form of a service's address is known before the service is. Reading it from the
  # functions instead would be a circle: tasks needs the address of run-events, and run-events that of tasks.
  urls = {
    for region in var.regions : region => {
      for name in keys(local.functions) : name => "https://${name}-${local.project_number}.${region}.run.app"
    }
  }

  common_environment = {
    for region in var.regions : region => {
      GOOGLE_CLOUD_PROJECT      = var.project
      CANDLEWICK_REGION         = region
      CANDLEWICK_QUEUE          = google_cloud_tasks_queue.backtests[region].name
      CANDLEWICK_TASKS_URL      = local.urls[region].tasks
      CANDLEWICK_TASKS_IDENTITY = google_service_account.this["task-caller"].email
      CANDLEWICK_CANDLES_BUCKET = google_storage_bucket.data["candles"].name
      CANDLEWICK_CODE_BUCKET    = google_storage_bucket.data["code"].name
      CANDLEWICK_RESULTS_BUCKET = google_storage_bucket.data["results"].name
      CANDLEWICK_ENGINE         = split("@", var.engine_image)[1]
    }
  }

  api_environment = {
    CANDLEWICK_ALLOWED_ORIGINS = join(",", local.origins)
  }

  internal_environment = {
    for region in var.regions : region => {
      CANDLEWICK_JOB                = "backtest"
      CANDLEWICK_EVENTS_URL         = local.urls[region].run-events
      CANDLEWICK_BOT_EVENTS_URL     = local.urls[region].bot-events
      CANDLEWICK_RECONCILE_URL      = local.urls[region].reconcile
      CANDLEWICK_SCHEDULER_IDENTITY = google_service_account.this["scheduler-caller"].email
      CANDLEWICK_OIDC_ISSUER        = "https://accounts.google.com"
      CANDLEWICK_OIDC_CERTS_URL     = "https://www.googleapis.com/oauth2/v1/certs"
    }
  }

  # Where bots may run and what they run; nothing of it where there are none.
  bot_environment = !var.live_bots ? {} : merge(
    {
      CANDLEWICK_BOTS_ADDRESSES = join(",", [for address in google_compute_address.live_bots : address.address])
      CANDLEWICK_BOT_CELLS      = jsonencode(local.bot_cells)
      CANDLEWICK_BOT_IDENTITY   = google_service_account.this["live-bot"].account_id
      CANDLEWICK_BOT_SUBNET     = "live-bots"
    },
    var.bot_image == "" ? {} : { CANDLEWICK_BOT_IMAGE = var.bot_image },
  )
  key_environment = { CANDLEWICK_KMS_KEY = local.exchange_keys_key }

  # What one function has beside what its kind has.
  own_environment = {
    bots        = local.bot_environment
    credentials = merge(local.bot_environment, local.key_environment)
    bot-events  = local.key_environment
    # Without a model the offline parser answers.
    assistant = var.chat_model == "" ? {} : {
      CANDLEWICK_CHAT_MODEL          = var.chat_model
      CANDLEWICK_CHAT_REGION         = var.chat_region
      CANDLEWICK_CHAT_TOKENS_PER_DAY = tostring(var.chat_tokens_per_day)
      CANDLEWICK_CHAT_RUNS_PER_DAY   = tostring(var.chat_runs_per_day)
    }
    marketplace = { CANDLEWICK_SITE_URL = local.origins[0] }
    auth        = var.google_client_id == "" ? {} : { CANDLEWICK_GOOGLE_CLIENT_ID = var.google_client_id }
    # Cloud Run lets nobody but their one caller through to these two, and removes the signature of its token.
    tasks = merge(
      local.bot_environment,
      { CANDLEWICK_CALLERS_CHECKED_BY = "cloud-run", CANDLEWICK_SITE_URL = local.origins[0] },
      var.smtp_sender == "" ? {} : { CANDLEWICK_SMTP_SENDER = var.smtp_sender },
    )
    reconcile = merge(local.bot_environment, {
      CANDLEWICK_CALLERS_CHECKED_BY = "cloud-run"
      CANDLEWICK_BACKUP_LOCATION    = var.firestore_location
    })
  }

  # Environment variable → secret; Cloud Run reads the value when an instance starts.
  secret_environment = {
    auth = var.google_client_id == "" ? {} : {
      CANDLEWICK_GOOGLE_CLIENT_SECRET = google_secret_manager_secret.this["google-client-secret"].secret_id
      CANDLEWICK_SIGN_IN_SECRET       = google_secret_manager_secret.this["sign-in-secret"].secret_id
    }
    marketplace = var.payments ? {
      CANDLEWICK_PAYMENTS_KEY    = google_secret_manager_secret.this["payments-key"].secret_id
      CANDLEWICK_PAYMENTS_SECRET = google_secret_manager_secret.this["payments-secret"].secret_id
    } : {}
    tasks = merge(
      var.smtp_sender == "" ? {} : {
        CANDLEWICK_SMTP_URL = google_secret_manager_secret.this["smtp-url"].secret_id
      },
      var.telegram_alerts ? {
        CANDLEWICK_TELEGRAM_TOKEN = google_secret_manager_secret.this["telegram-token"].secret_id
      } : {},
    )
  }
}

resource "google_cloudfunctions2_function" "this" {
  for_each = local.deployed

  name        = each.value.name
  location    = each.value.region
  description = "Candlewick: ${each.value.feature} (${each.value.serves})."
  labels      = local.labels.functions[each.value.name]

  build_config {
    runtime           = "python313"
    entry_point       = each.value.entry_point
    docker_repository = google_artifact_registry_repository.functions[each.value.region].id
    # Not the project's default build identity, which may do nearly everything.
    service_account = google_service_account.this["function-builder"].id

    source {
      storage_source {
        bucket = google_storage_bucket.sources.name
        object = google_storage_bucket_object.functions.name
      }
    }
  }

  service_config {
    service_account_email = google_service_account.this["${each.value.name}-function"].email

    # Public ones are reached by Hosting, or, where there is a domain, by the load balancer and nothing else.
    # Cloud Tasks, Cloud Scheduler and the VPC count as internal.
    ingress_settings = (
      each.value.serves != "api" ? "ALLOW_INTERNAL_ONLY" :
      local.has_domain ? "ALLOW_INTERNAL_AND_GCLB" : "ALLOW_ALL"
    )

    available_memory                 = each.value.memory
    available_cpu                    = each.value.cpu
    timeout_seconds                  = each.value.timeout
    max_instance_request_concurrency = each.value.concurrency
    min_instance_count               = each.value.serves == "api" ? var.min_instances : 0
    max_instance_count               = each.value.serves == "scheduler" ? 1 : var.max_instances

    # Who asks an exchange about a key comes from the address that the key is bound to.
    direct_vpc_egress = local.asks_exchanges[each.value.name] ? "VPC_EGRESS_ALL_TRAFFIC" : null

    dynamic "direct_vpc_network_interface" {
      for_each = local.asks_exchanges[each.value.name] ? [google_compute_subnetwork.live_bots[each.value.region]] : []
      content {
        network    = google_compute_network.this.id
        subnetwork = direct_vpc_network_interface.value.id
        tags       = [local.tags.live_bot]
      }
    }

    environment_variables = merge(
      local.common_environment[each.value.region],
      each.value.serves == "api" ? local.api_environment : local.internal_environment[each.value.region],
      lookup(local.own_environment, each.value.name, {}),
    )

    dynamic "secret_environment_variables" {
      for_each = lookup(local.secret_environment, each.value.name, {})
      content {
        key        = secret_environment_variables.key
        project_id = var.project
        secret     = secret_environment_variables.value
        version    = "latest"
      }
    }
  }

  depends_on = [
    google_firestore_index.this, # a query without its index is an error, and building one takes minutes
    google_project_iam_member.function_builder,
    google_project_iam_member.function_builder_copies,
    google_artifact_registry_repository_iam_member.function_builder,
    google_storage_bucket_iam_member.function_builder,
    google_secret_manager_secret_iam_member.readers,
  ]
}
