# ── what every deployment gives

variable "project" {
  description = "Id of the Google Cloud project."
  type        = string
}

variable "environment" {
  description = "Name of the environment; a label of everything."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,20}$", var.environment))
    error_message = "A label's value: lower case, digits, hyphens."
  }
}

variable "engine_image" {
  description = "The backtest job's image by digest: REGISTRY/PROJECT/REPOSITORY/NAME@sha256:…. The digest is part of every run's identity."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.engine_image))
    error_message = "Name the image by its digest: a tag may mean another engine tomorrow."
  }
}

variable "function_bundle" {
  description = "Path of the functions' source archive (zip). The same source must give the same bytes, or every plan redeploys."
  type        = string
}

# ── where things are

variable "regions" {
  description = "Regions of the cells, the primary one first. Append only: a region's place decides its subnets' addresses."
  type        = list(string)

  validation {
    condition     = length(var.regions) > 0 && length(var.regions) <= 8 && length(distinct(var.regions)) == length(var.regions)
    error_message = "One to eight different regions."
  }
}

variable "firestore_location" {
  description = "A region, or a multi-region (eur3, nam5). It can never be changed: moving means a new database and a restore."
  type        = string
}

variable "storage_location" {
  description = "Location of the data buckets. `regions` makes it a dual-region: two regions within `name`."
  type = object({
    name    = string
    regions = optional(list(string), [])
  })

  validation {
    condition     = contains([0, 2], length(var.storage_location.regions))
    error_message = "A dual-region has two regions."
  }
}

variable "registry_location" {
  description = "Region or multi-region of the image repository."
  type        = string
}

variable "kms_location" {
  description = "Region or multi-region of the key ring. A key ring can be neither moved nor deleted."
  type        = string
}

variable "kms_key_ring" {
  description = "Name of the key ring."
  type        = string
  default     = "candlewick"
}

# ── how much of it

variable "domain" {
  description = "The web app's own domain. Empty: Firebase Hosting answers at PROJECT.web.app and there is no load balancer."
  type        = string
  default     = ""
}

variable "cloud_armor" {
  description = "Put Cloud Armor in front of the API. Needs `domain`; about 9 USD a month (one policy, four rules) and 0.75 USD for a million calls."
  type        = bool
  default     = false
}

variable "bot_image" {
  description = "The live bots' image by digest, as `engine_image`; empty: no bot can be started."
  type        = string
  default     = ""

  validation {
    condition     = var.bot_image == "" || can(regex("@sha256:[0-9a-f]{64}$", var.bot_image))
    error_message = "Name the image by its digest: a tag may mean another bot tomorrow."
  }
}

variable "market_data_image" {
  description = "The market-data job's image by digest, as `engine_image`; needed where there is a universe."
  type        = string
  default     = ""

  validation {
    condition     = var.market_data_image == "" || can(regex("@sha256:[0-9a-f]{64}$", var.market_data_image))
    error_message = "Name the image by its digest: a tag may mean another job tomorrow."
  }
}

variable "universe" {
  description = "Which candles are pulled every day, as docs/market-data.md has it; null: none, and there is no such job."
  type = object({
    exchange     = string
    store_as     = optional(string)
    title        = optional(string)
    pairs        = optional(list(string))
    quote        = optional(string)
    market_types = optional(list(string))
    timeframes   = list(string)
    start        = string
  })
  default = null

  # As src/candlewick/pulling/universe.py says it when the job starts, in the night after.
  validation {
    condition = alltrue([
      for pair in coalesce(try(var.universe.pairs, null), []) :
      !strcontains(pair, ":") || endswith(split(":", pair)[0], "/${split(":", pair)[1]}")
    ])
    error_message = join("\n", [
      for pair in coalesce(try(var.universe.pairs, null), []) : format(
        "%s is settled in %s, and only contracts settled in what they are quoted in are pulled; write %s:%s.",
        pair,
        split(":", pair)[1],
        replace(split(":", pair)[0], "//USD$/", "/USDT"),
        replace(replace(split(":", pair)[0], "/^.*[/]/", ""), "/^USD$/", "USDT"),
      )
      if strcontains(pair, ":") && !endswith(split(":", pair)[0], "/${split(":", pair)[1]}")
    ])
  }
}

variable "live_bots" {
  description = "Make what live bots need: exit by Cloud NAT with a static address, and who may run them. Costs while it is idle."
  type        = bool
  default     = false
}

variable "min_instances" {
  description = "Warm instances of each public function, by region. 0: the first request of the day waits for a start."
  type        = number
  default     = 0
}

variable "max_instances" {
  description = "The most instances of one function in one region: what a flood can cost at most."
  type        = number
  default     = 20
}

# ── keeping

variable "protect_data" {
  description = "Refuse to delete the database, buckets with objects and the job. `false` lets `terraform destroy` take everything."
  type        = bool
}

variable "recovery_days" {
  description = "Days for which deleted or overwritten objects can be brought back. After an erasure they are gone after twice as many."
  type        = number
  default     = 7

  validation {
    condition     = var.recovery_days >= 7 && var.recovery_days <= 90
    error_message = "Cloud Storage keeps soft-deleted objects for 7 to 90 days."
  }
}

variable "log_days" {
  description = "Days for which logs are kept. More than 30 cost by the month."
  type        = number
  default     = 30
}

# ── people and money

variable "operators" {
  description = "Who operates the platform with `candlewick admin`: principals such as `group:ops@example.com`."
  type        = set(string)
  default     = []
}

variable "restorers" {
  description = "Who may make and delete databases, for the restore drill: principals. They can read and change everything in them."
  type        = set(string)
  default     = []
}

variable "alert_email" {
  description = "Where alerts go. Empty: policies exist and tell nobody."
  type        = string
  default     = ""
}

variable "documentation_url" {
  description = "Where the repository's docs/ can be read; alerts link their playbook below it."
  type        = string
  default     = ""
}

variable "billing_account" {
  description = "Id of the billing account that the budget is made in. Empty: no budget."
  type        = string
  default     = ""
}

variable "monthly_budget" {
  description = "In the billing account's own currency."
  type        = number
  default     = 50
}

variable "daily_job_cost" {
  description = "USD that backtest jobs may cost within a day before an alert."
  type        = number
  default     = 5
}

variable "google_client_id" {
  description = "OAuth client for signing in with Google. Empty: by e-mail or as a guest only. Its two secrets must have a version first."
  type        = string
  default     = ""
}

variable "smtp_sender" {
  description = "Address that bots' alerts come from by e-mail. Empty: none go out by e-mail. The secret `smtp-url` must have a version first."
  type        = string
  default     = ""
}

variable "chat_model" {
  description = "Gemini model on Vertex AI that answers in the chat, such as gemini-3.5-flash. Empty: the offline parser answers, and nothing is sent to Vertex AI."
  type        = string
  default     = ""
}

variable "chat_region" {
  description = "Location of Vertex AI that the chat calls: a region, a multi-region, or global."
  type        = string
  default     = "global"
}

variable "chat_tokens_per_day" {
  description = "How many tokens one user may use up in the chat in a day."
  type        = number
  default     = 400000
}

variable "chat_runs_per_day" {
  description = "How many backtests one user may start from the chat in a day; they count in the user's own quota too."
  type        = number
  default     = 30
}

variable "telegram_alerts" {
  description = "Whether bots' alerts go out by Telegram. The secret `telegram-token` must have a version first."
  type        = bool
  default     = false
}

variable "payments" {
  description = "Whether strategies are sold. The secrets `payments-key` and `payments-secret` must have a version first."
  type        = bool
  default     = false
}
