# One network, closed: nothing leaves it but what a rule below lets out. Public functions are not in it;
# Google's front ends reach them.

resource "google_compute_network" "this" {
  name                            = "candlewick"
  description                     = "Backtest jobs and live bots."
  auto_create_subnetworks         = false
  delete_default_routes_on_create = true
}

locals {
  # Direct VPC egress takes at least a /26 and gives an instance two addresses or more; a /20 holds the
  # thousand executions that a region may run at once.
  subnets = {
    for index, region in var.regions : region => {
      backtest_jobs = cidrsubnet("10.64.0.0/12", 8, 2 * index)
      live_bots     = cidrsubnet("10.64.0.0/12", 8, 2 * index + 1)
    }
  }

  # private.googleapis.com: Google's interfaces and run.app, reached without an address in the internet.
  private_google_access = "199.36.153.8/30"

  tags = {
    backtest_job = "backtest-job"
    live_bot     = "live-bot"
  }
}

resource "google_compute_subnetwork" "backtest_jobs" {
  for_each = local.subnets

  name                     = "backtest-jobs"
  region                   = each.key
  network                  = google_compute_network.this.id
  ip_cidr_range            = each.value.backtest_jobs
  private_ip_google_access = true

  # The only trace of a refused connection: the firewall cannot log traffic of Direct VPC egress.
  log_config {
    aggregation_interval = "INTERVAL_10_MIN"
    flow_sampling        = 0.1
    metadata             = "EXCLUDE_ALL_METADATA"
  }
}

resource "google_compute_subnetwork" "live_bots" {
  for_each = local.subnets

  name                     = "live-bots"
  region                   = each.key
  network                  = google_compute_network.this.id
  ip_cidr_range            = each.value.live_bots
  private_ip_google_access = true

  log_config {
    aggregation_interval = "INTERVAL_10_MIN"
    flow_sampling        = 0.1
    metadata             = "EXCLUDE_ALL_METADATA"
  }
}

# ── routes: without live bots the network knows Google's private addresses and nothing else

resource "google_compute_route" "private_google_access" {
  name             = "private-google-access"
  network          = google_compute_network.this.id
  dest_range       = local.private_google_access
  next_hop_gateway = "default-internet-gateway" # the name misleads: this traffic stays in Google's network
}

resource "google_compute_route" "internet" {
  count = var.live_bots ? 1 : 0

  name             = "internet"
  network          = google_compute_network.this.id
  dest_range       = "0.0.0.0/0"
  next_hop_gateway = "default-internet-gateway"
}

# ── firewall: the last rule refuses everything, also to what forgot its tag

resource "google_compute_firewall" "deny_egress" {
  name        = "deny-egress"
  description = "Nothing leaves unless a rule of a smaller number lets it."
  network     = google_compute_network.this.id
  direction   = "EGRESS"
  priority    = 65000

  destination_ranges = ["0.0.0.0/0"]

  deny {
    protocol = "all"
  }
}

resource "google_compute_firewall" "deny_ingress" {
  name        = "deny-ingress"
  description = "Nothing in the network listens."
  network     = google_compute_network.this.id
  direction   = "INGRESS"
  priority    = 65000

  source_ranges = ["0.0.0.0/0"]

  deny {
    protocol = "all"
  }
}

resource "google_compute_firewall" "google_interfaces" {
  name        = "allow-google-interfaces"
  description = "Jobs and bots reach Google's interfaces and run.app. A job has no route further."
  network     = google_compute_network.this.id
  direction   = "EGRESS"
  priority    = 1000

  target_tags        = [local.tags.backtest_job, local.tags.live_bot]
  destination_ranges = [local.private_google_access]

  allow {
    protocol = "tcp"
    ports    = ["443"]
  }
}

resource "google_compute_firewall" "exchanges" {
  count = var.live_bots ? 1 : 0

  name        = "allow-exchanges"
  description = "Bots reach exchanges: HTTPS, and 9443 where Binance streams."
  network     = google_compute_network.this.id
  direction   = "EGRESS"
  priority    = 1000

  target_tags        = [local.tags.live_bot]
  destination_ranges = ["0.0.0.0/0"]

  allow {
    protocol = "tcp"
    ports    = ["443", "9443"]
  }
}

# ── names: inside, Google's names lead to its private addresses

resource "google_dns_managed_zone" "google" {
  for_each = { googleapis = "googleapis.com.", run = "run.app." }

  name        = each.key
  description = "Private Google access."
  dns_name    = each.value
  visibility  = "private"
  labels      = local.labels.network

  private_visibility_config {
    networks {
      network_url = google_compute_network.this.id
    }
  }
}

locals {
  # 199.36.153.8 to .11
  private_addresses = [for host in range(4) : cidrhost(local.private_google_access, host)]

  private_records = {
    "private.googleapis.com." = { zone = "googleapis", type = "A", data = local.private_addresses }
    "*.googleapis.com."       = { zone = "googleapis", type = "CNAME", data = ["private.googleapis.com."] }
    "run.app."                = { zone = "run", type = "A", data = local.private_addresses }
    "*.run.app."              = { zone = "run", type = "CNAME", data = ["run.app."] }
  }
}

resource "google_dns_record_set" "private" {
  for_each = local.private_records

  managed_zone = google_dns_managed_zone.google[each.value.zone].name
  name         = each.key
  type         = each.value.type
  ttl          = 300
  rrdatas      = each.value.data
}
