# The ground that live bots stand on. Each user's bot is a Cloud Run service made at run time, in the subnet
# `live-bots`, with the tag and the identity below.

locals {
  # One cell for each region, of this project. More projects are more entries, with the rights below in each.
  bot_cells = [for region in var.regions : { name = region, project = var.project, region = region, capacity = 800 }]
}

# Users bind exchange keys to these addresses, so they outlive everything else.
resource "google_compute_address" "live_bots" {
  for_each = var.live_bots ? toset(var.regions) : toset([])

  name            = "live-bots"
  description     = "Where live bots come from, as exchanges see it."
  region          = each.value
  address_type    = "EXTERNAL"
  labels          = local.labels.live_bot
  deletion_policy = local.deletion_policy
}

resource "google_compute_router" "live_bots" {
  for_each = google_compute_address.live_bots

  name    = "live-bots"
  region  = each.key
  network = google_compute_network.this.id
}

resource "google_compute_router_nat" "live_bots" {
  for_each = google_compute_address.live_bots

  name                   = "live-bots"
  region                 = each.key
  router                 = google_compute_router.live_bots[each.key].name
  nat_ip_allocate_option = "MANUAL_ONLY"
  nat_ips                = [each.value.self_link]

  # Only this subnet: a backtest job has no way out even if its firewall rule were lost.
  source_subnetwork_ip_ranges_to_nat = "LIST_OF_SUBNETWORKS"

  subnetwork {
    name                    = google_compute_subnetwork.live_bots[each.key].id
    source_ip_ranges_to_nat = ["PRIMARY_IP_RANGE"]
  }

  # A bot keeps a handful of connections to one exchange; one address has 64,512 ports.
  enable_dynamic_port_allocation = true
  min_ports_per_vm               = 32
  max_ports_per_vm               = 1024

  log_config {
    enable = true
    filter = "ERRORS_ONLY"
  }
}
