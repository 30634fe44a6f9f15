# One identity for each deployable, none with a key. Who may do what stands here and nowhere else;
# docs/security.md has the same as a table, and a test compares the two.

locals {
  identities = merge(
    {
      auth-function        = "Accounts, API tokens, signing in; erases accounts."
      strategies-function  = "Strategies, versions, drafts."
      backtests-function   = "Takes backtests in, shows their results."
      market-data-function = "Says which candles there are."
      bots-function        = "Live bots: makes, starts, stops and changes them, as far as documents go."
      credentials-function = "Takes exchange keys, checks and encrypts them; it cannot decrypt."
      assistant-function   = "The chat: it asks Vertex AI, reads results, and can neither save nor run anything."
      marketplace-function = "Listings: publishes, shows and runs strategies for others than their authors."
      bot-events-function  = "Leases, journals and states of live bots; the only one that decrypts exchange keys."
      tasks-function       = "Starts and stops jobs, verifies their results."
      run-events-function  = "Hands jobs their tickets, takes their reports."
      reconcile-function   = "Closes what is stuck, finishes erasures."
      backtest-job         = "Runs code of strangers. It has no role: all that a job may touch comes by signed URL."
      task-caller          = "Who Cloud Tasks is when it calls the tasks function."
      scheduler-caller     = "Who Cloud Scheduler is when it calls the reconcile function and starts the market-data job."
      function-builder     = "Builds the functions' images."
      deployer             = "Applies this configuration from the pipeline."
    },
    local.pulls ? { market-data-job = "Pulls candles from exchanges into their bucket." } : {},
    var.live_bots ? { live-bot = "A user's live bot. It has no role." } : {},
  )
}

resource "google_service_account" "this" {
  for_each = local.identities

  account_id   = each.key
  display_name = each.key
  description  = each.value
}

locals {
  members = { for name, account in google_service_account.this : name => account.member }
}

# ── roles of our own, where Google's are too wide

locals {
  custom_roles = {
    backtestRunner = {
      title       = "Candlewick: run backtests"
      description = "Start executions with their own environment, and cancel them. run.invoker lacks the overrides; run.developer may change the job."
      permissions = ["run.jobs.run", "run.jobs.runWithOverrides", "run.executions.cancel"]
    }
    objectEraser = {
      title       = "Candlewick: erase objects"
      description = "List and delete, without reading: an erasure needs no look inside."
      permissions = ["storage.objects.list", "storage.objects.delete"]
    }
    botKeeper = {
      title       = "Candlewick: keep live bots"
      description = "Create, change and delete Cloud Run services; it may not say who calls them."
      permissions = ["run.services.create", "run.services.get", "run.services.list", "run.services.update", "run.services.delete", "run.operations.get"]
    }
    modelCaller = {
      title       = "Candlewick: call models"
      description = "Ask a model of Vertex AI. aiplatform.user may train and deploy too."
      permissions = ["aiplatform.endpoints.predict"]
    }
    sessionChecker = {
      title       = "Candlewick: check sessions"
      description = "Ask Firebase Auth whether a session was revoked."
      permissions = ["firebaseauth.users.get"]
    }
    accountSuspender = {
      title       = "Candlewick: suspend accounts"
      description = "Disable a user of Firebase Auth, and end the sessions."
      permissions = ["firebaseauth.users.get", "firebaseauth.users.update"]
    }
    accountEraser = {
      title       = "Candlewick: erase accounts"
      description = "Delete a user from Firebase Auth."
      permissions = ["firebaseauth.users.get", "firebaseauth.users.delete"]
    }
  }
}

resource "google_project_iam_custom_role" "this" {
  for_each = local.custom_roles

  role_id     = each.key
  title       = each.value.title
  description = each.value.description
  permissions = each.value.permissions
}

# ── Firestore: it has no rights below the database, so the condition names the database

resource "google_project_iam_member" "firestore" {
  for_each = toset([for name in keys(local.functions) : "${name}-function"])

  project = var.project
  role    = "roles/datastore.user"
  member  = local.members[each.value]

  # A database that a restore drill makes is not theirs.
  condition {
    title      = "this-database"
    expression = "resource.name == \"projects/${var.project}/databases/${google_firestore_database.this.name}\""
  }
}

resource "google_project_iam_member" "backup_watch" {
  project = var.project
  role    = "roles/datastore.backupsViewer"
  member  = local.members["reconcile-function"]
}

# ── Firebase Auth: rights are the project's

resource "google_project_iam_member" "session_checks" {
  for_each = toset(["strategies-function", "backtests-function", "market-data-function", "bots-function", "credentials-function", "assistant-function", "marketplace-function"])

  project = var.project
  role    = google_project_iam_custom_role.this["sessionChecker"].name
  member  = local.members[each.value]
}

resource "google_project_iam_member" "account_erasure" {
  for_each = toset(["auth-function", "reconcile-function"])

  project = var.project
  role    = google_project_iam_custom_role.this["accountEraser"].name
  member  = local.members[each.value]
}

# ── Vertex AI: Google's own models have no policy of their own

resource "google_project_iam_member" "model_callers" {
  for_each = var.chat_model == "" ? toset([]) : toset(["assistant-function"])

  project = var.project
  role    = google_project_iam_custom_role.this["modelCaller"].name
  member  = local.members[each.value]
}

# ── buckets

locals {
  reader = "roles/storage.objectViewer"
  maker  = "roles/storage.objectCreator" # cannot overwrite: that takes the right to delete
  eraser = google_project_iam_custom_role.this["objectEraser"].name

  bucket_rights = {
    candles = merge({
      strategies-function  = [local.reader] # previews of specs
      backtests-function   = [local.reader]
      market-data-function = [local.reader]
      assistant-function   = [local.reader]
      marketplace-function = [local.reader]
      reconcile-function   = [local.reader]
      tasks-function       = [local.reader]
      run-events-function  = [local.reader] # who signs a URL must be able to do what the URL allows
      bot-events-function  = [local.reader]
      },
      # current.json is written over the one before, which takes the right to delete.
      local.pulls ? { market-data-job = [local.reader, local.maker, local.eraser] } : {},
    )
    code = {
      auth-function        = [local.eraser]
      strategies-function  = [local.reader, local.maker]
      marketplace-function = [local.reader, local.maker] # a fork is a copy under its new owner
      run-events-function  = [local.reader, local.maker]
      bot-events-function  = [local.reader, local.maker]
      reconcile-function   = [local.reader, local.eraser]
    }
    results = {
      auth-function        = [local.eraser]
      backtests-function   = [local.reader, local.eraser]
      assistant-function   = [local.reader]
      marketplace-function = [local.reader, local.maker] # an examination's report
      tasks-function       = [local.reader, local.maker]
      run-events-function  = [local.maker]
      bots-function        = [local.eraser]
      bot-events-function  = [local.reader, local.maker, local.eraser] # a state is written over the one before
      reconcile-function   = [local.reader, local.maker, local.eraser] # reports, as marketplace-function
    }
  }

  bucket_members = merge(flatten([
    for bucket, rights in local.bucket_rights : [
      for identity, roles in rights : [
        for index, role in roles : { "${bucket}/${identity}/${index}" = { bucket = bucket, identity = identity, role = role } }
      ]
    ]
  ])...)
}

resource "google_storage_bucket_iam_member" "data" {
  for_each = local.bucket_members

  bucket = google_storage_bucket.data[each.value.bucket].name
  role   = each.value.role
  member = local.members[each.value.identity]
}

# ── signing URLs: signBlob on oneself, in place of a key

resource "google_service_account_iam_member" "signers" {
  for_each = toset(["backtests-function", "run-events-function", "bot-events-function"])

  service_account_id = google_service_account.this[each.value].name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = local.members[each.value]
}

# ── the queue

locals {
  enqueuers = ["backtests-function", "marketplace-function", "run-events-function", "bots-function", "bot-events-function", "reconcile-function"]
}

resource "google_cloud_tasks_queue_iam_member" "enqueuers" {
  for_each = { for pair in setproduct(var.regions, local.enqueuers) : join("/", pair) => { region = pair[0], identity = pair[1] } }

  location = each.value.region
  name     = google_cloud_tasks_queue.backtests[each.value.region].name
  role     = "roles/cloudtasks.enqueuer"
  member   = local.members[each.value.identity]
}

# Whoever makes a task that carries another's token must be allowed to act as that other.
resource "google_service_account_iam_member" "task_caller" {
  for_each = toset(local.enqueuers)

  service_account_id = google_service_account.this["task-caller"].name
  role               = "roles/iam.serviceAccountUser"
  member             = local.members[each.value]
}

# ── the job

resource "google_cloud_run_v2_job_iam_member" "dispatcher" {
  for_each = toset(var.regions)

  location = each.value
  name     = google_cloud_run_v2_job.backtest[each.value].name
  role     = google_project_iam_custom_role.this["backtestRunner"].name
  member   = local.members["tasks-function"]
}

resource "google_cloud_run_v2_job_iam_member" "scheduler" {
  for_each = local.pull_regions

  location = each.value
  name     = google_cloud_run_v2_job.market_data[each.value].name
  role     = "roles/run.invoker" # it starts the job as it is; overrides are an operator's
  member   = local.members["scheduler-caller"]
}

resource "google_cloud_run_v2_job_iam_member" "operators" {
  for_each = { for pair in setproduct(local.pull_regions, var.operators) : join(" ", pair) => { region = pair[0], member = pair[1] } }

  location = each.value.region
  name     = google_cloud_run_v2_job.market_data[each.value.region].name
  role     = google_project_iam_custom_role.this["backtestRunner"].name
  member   = each.value.member
}

# ── BigQuery: the job adds rows to the tables of candles; running a load is a right of the project

resource "google_project_iam_member" "loader" {
  for_each = local.pulls ? toset(["roles/bigquery.jobUser"]) : toset([])

  project = var.project
  role    = each.value
  member  = local.members["market-data-job"]
}

resource "google_bigquery_dataset_iam_member" "loader" {
  for_each = local.pulls ? toset(["roles/bigquery.dataEditor"]) : toset([])

  dataset_id = google_bigquery_dataset.market_data.dataset_id
  role       = each.value
  member     = local.members["market-data-job"]
}

# ── live bots: their services, and the key that users' exchange keys are encrypted with

# Cloud Run's rights cannot be narrowed to names: whoever may change a bot may change any service of the
# project. A cell in a project of its own is narrower.
resource "google_project_iam_member" "bot_keepers" {
  for_each = var.live_bots ? toset(["tasks-function", "reconcile-function"]) : toset([])

  project = var.project
  role    = google_project_iam_custom_role.this["botKeeper"].name
  member  = local.members[each.value]
}

# Making a service means choosing whom it runs as: this one, which has no role.
resource "google_service_account_iam_member" "bot_keepers" {
  for_each = var.live_bots ? toset(["tasks-function"]) : toset([])

  service_account_id = google_service_account.this["live-bot"].name
  role               = "roles/iam.serviceAccountUser"
  member             = local.members[each.value]
}

# Who encrypts cannot decrypt, and who decrypts cannot encrypt.
resource "google_kms_crypto_key_iam_member" "exchange_keys" {
  for_each = {
    credentials-function = "roles/cloudkms.cryptoKeyEncrypter"
    bot-events-function  = "roles/cloudkms.cryptoKeyDecrypter"
  }

  crypto_key_id = local.exchange_keys_key
  role          = each.value
  member        = local.members[each.key]
}

# ── who may call a function

locals {
  # The public API is for browsers without a Google identity: the functions check the caller's own token.
  # run-events takes only calls from the VPC; a job's identity has no role, it proves itself by its run token.
  open_functions = [for name, function in local.functions : name if contains(["api", "jobs"], function.serves)]

  callers = merge(
    { for name in local.open_functions : name => "allUsers" },
    {
      tasks     = local.members["task-caller"]
      reconcile = local.members["scheduler-caller"]
    },
  )
}

resource "google_cloud_run_v2_service_iam_member" "callers" {
  for_each = local.deployed

  location = each.value.region
  name     = google_cloudfunctions2_function.this[each.key].name # a function's service has its name
  role     = "roles/run.invoker"
  member   = local.callers[each.value.name]
}

# ── secrets

resource "google_secret_manager_secret_iam_member" "readers" {
  for_each = local.secrets

  secret_id = google_secret_manager_secret.this[each.key].secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = local.members["${each.value.reader}-function"]
}

# ── building the functions

resource "google_project_iam_member" "function_builder" {
  project = var.project
  role    = "roles/logging.logWriter"
  member  = local.members["function-builder"]
}

resource "google_artifact_registry_repository_iam_member" "function_builder" {
  for_each = toset(var.regions)

  location   = each.value
  repository = google_artifact_registry_repository.functions[each.value].repository_id
  role       = "roles/artifactregistry.writer"
  member     = local.members["function-builder"]
}

resource "google_storage_bucket_iam_member" "function_builder" {
  bucket = google_storage_bucket.sources.name
  role   = local.reader
  member = local.members["function-builder"]
}

# Cloud Functions copies the source to a bucket of its own before it builds, whose name it makes itself
# (gcf-v2-sources-…), so the right cannot name the bucket but by its beginning.
resource "google_project_iam_member" "function_builder_copies" {
  project = var.project
  role    = local.reader
  member  = local.members["function-builder"]

  condition {
    title      = "copies-of-the-source"
    expression = "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-${local.project_number}-\")"
  }
}

# ── the pipeline

locals {
  # All that an apply touches. Whoever applies can read the data and change every function: the approval
  # before it is the border (docs/security.md). It cannot make itself an owner: see the condition.
  deployer_roles = [
    "roles/artifactregistry.admin",
    "roles/bigquery.dataOwner",
    "roles/cloudfunctions.developer",
    "roles/cloudkms.admin",
    "roles/cloudscheduler.admin",
    "roles/cloudtasks.queueAdmin",
    "roles/compute.admin",
    "roles/datastore.owner",
    "roles/dns.admin",
    "roles/firebase.admin",
    "roles/iam.roleViewer",
    "roles/iam.serviceAccountAdmin",
    "roles/logging.configWriter",
    "roles/logging.logWriter",
    "roles/monitoring.editor",
    "roles/run.admin",
    "roles/secretmanager.admin",
    "roles/serviceusage.serviceUsageAdmin",
    "roles/storage.admin",
  ]

  # What this file binds at the project, and the deployer may therefore bind.
  project_roles = concat(
    ["roles/bigquery.jobUser", "roles/datastore.user", "roles/datastore.backupsViewer", "roles/logging.logWriter", "roles/storage.objectViewer"],
    [for name in ["sessionChecker", "accountEraser", "botKeeper", "modelCaller"] : google_project_iam_custom_role.this[name].name],
    local.operator_roles,
    local.restorer_roles,
  )
}

resource "google_project_iam_member" "deployer" {
  #checkov:skip=CKV_GCP_49:It makes the identities of this file; none of them can do what it cannot
  for_each = toset(local.deployer_roles)

  project = var.project
  role    = each.value
  member  = local.members["deployer"]
}

# Custom roles and the deployer's own roles are changed by an owner: neither is in the list.
resource "google_project_iam_member" "deployer_grants" {
  #checkov:skip=CKV_GCP_41:The condition limits it to the roles of this file
  project = var.project
  role    = "roles/resourcemanager.projectIamAdmin"
  member  = local.members["deployer"]

  condition {
    title      = "roles-of-the-platform"
    expression = "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(${jsonencode(local.project_roles)})"
  }
}

# Deploying a function or a job means choosing whom it runs as; only these, and not every account of the project.
resource "google_service_account_iam_member" "deployer" {
  for_each = toset([for name in keys(local.identities) : name if name != "deployer"])

  service_account_id = google_service_account.this[each.value].name
  role               = "roles/iam.serviceAccountUser"
  member             = local.members["deployer"]
}

# ── people: operators for every day, restorers for the restore drill and the day on which it is none

locals {
  operator_roles = [
    "roles/cloudtasks.viewer",
    "roles/datastore.user",
    "roles/logging.viewer",
    "roles/monitoring.viewer",
    "roles/run.viewer",
    google_project_iam_custom_role.this["accountSuspender"].name,
  ]

  # Making, filling and deleting databases. Production's own is kept by its delete protection.
  restorer_roles = ["roles/datastore.owner", "roles/firebaserules.admin"]

  people = merge(
    { for pair in setproduct(var.operators, range(length(local.operator_roles))) : "operator ${pair[0]} ${pair[1]}" => { member = pair[0], role = local.operator_roles[pair[1]] } },
    { for pair in setproduct(var.restorers, range(length(local.restorer_roles))) : "restorer ${pair[0]} ${pair[1]}" => { member = pair[0], role = local.restorer_roles[pair[1]] } },
  )
}

resource "google_project_iam_member" "people" {
  for_each = local.people

  project = var.project
  role    = each.value.role
  member  = each.value.member
}

resource "google_cloud_tasks_queue_iam_member" "operators" {
  for_each = { for pair in setproduct(var.regions, var.operators) : join(" ", pair) => { region = pair[0], member = pair[1] } }

  location = each.value.region
  name     = google_cloud_tasks_queue.backtests[each.value.region].name
  role     = "roles/cloudtasks.enqueuer"
  member   = each.value.member
}

resource "google_service_account_iam_member" "operators_task_caller" {
  for_each = var.operators

  service_account_id = google_service_account.this["task-caller"].name
  role               = "roles/iam.serviceAccountUser"
  member             = each.value
}

resource "google_storage_bucket_iam_member" "operators_candles" {
  for_each = var.operators

  bucket = google_storage_bucket.data["candles"].name
  role   = "roles/storage.objectUser"
  member = each.value
}

resource "google_storage_bucket_iam_member" "restorers_exports" {
  for_each = var.restorers

  bucket = google_storage_bucket.exports.name
  role   = "roles/storage.objectUser"
  member = each.value
}
