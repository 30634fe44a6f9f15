# With a domain of its own the platform has one front: /api/** goes to the functions of all regions, the
# nearest first, the rest to Firebase Hosting. Without a domain none of this is made.

locals {
  front = local.has_domain ? { this = var.domain } : {}

  # The paths of firebase.json, which Hosting and the local stack follow: "/api/v1/me{,/**}" → two paths.
  # The longest path wins, whatever the order.
  api_rewrites = [
    for rewrite in jsondecode(file("${local.repository}/firebase.json")).hosting.rewrites : {
      function = try(rewrite.run.serviceId, replace(rewrite.function.functionId, "_", "-"))
      paths = (
        endswith(rewrite.source, "{,/**}") ? [trimsuffix(rewrite.source, "{,/**}"), replace(rewrite.source, "{,/**}", "/*")] :
        [replace(rewrite.source, "/**", "/*")]
      )
    } if can(rewrite.function) || can(rewrite.run)
  ]
  api_paths = {
    for name in distinct(local.api_rewrites[*].function) :
    name => flatten([for rewrite in local.api_rewrites : rewrite.paths if rewrite.function == name])
  }

  public_deployed = { for key, function in local.deployed : key => function if local.has_domain && function.serves == "api" }
}

resource "google_compute_global_address" "front" {
  for_each = local.front

  name        = "front"
  description = "The A record of ${each.value} points here."
  labels      = local.labels.front
}

# ── the functions

resource "google_compute_region_network_endpoint_group" "functions" {
  for_each = local.public_deployed

  name                  = each.value.name
  region                = each.value.region
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = google_cloudfunctions2_function.this[each.key].name
  }
}

resource "google_compute_backend_service" "functions" {
  for_each = local.has_domain ? local.public_functions : {}

  name                  = each.key
  description           = "The function ${each.key}, in every region."
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  security_policy       = one(values(google_compute_security_policy.api)[*].self_link)

  dynamic "backend" {
    for_each = var.regions
    content {
      group = google_compute_region_network_endpoint_group.functions["${backend.value}/${each.key}"].id
    }
  }

  # A serverless backend has no health check. A region that answers five errors in a row is left alone for
  # a minute; half of the regions at most, so that a bug of ours does not take all of them out.
  outlier_detection {
    consecutive_errors           = 5
    enforcing_consecutive_errors = 100
    max_ejection_percent         = 50

    interval {
      seconds = 10
    }
    base_ejection_time {
      seconds = 60
    }
  }

  custom_response_headers = ["Strict-Transport-Security: max-age=63072000; includeSubDomains"]

  log_config {
    enable      = true
    sample_rate = 0.1
  }
}

# ── the web app

resource "google_compute_global_network_endpoint_group" "hosting" {
  for_each = local.front

  name                  = "hosting"
  network_endpoint_type = "INTERNET_FQDN_PORT"
  default_port          = 443
}

resource "google_compute_global_network_endpoint" "hosting" {
  for_each = local.front

  global_network_endpoint_group = google_compute_global_network_endpoint_group.hosting[each.key].name
  fqdn                          = "${google_firebase_hosting_site.this.site_id}.web.app"
  port                          = 443
}

resource "google_compute_backend_service" "hosting" {
  for_each = local.front

  name                  = "hosting"
  description           = "Firebase Hosting."
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  # Hosting knows the site by this name and not by our domain.
  custom_request_headers = ["Host: ${google_firebase_hosting_site.this.site_id}.web.app"]

  backend {
    group = google_compute_global_network_endpoint_group.hosting[each.key].id
  }

  log_config {
    enable      = true
    sample_rate = 0.1
  }

  # Without it the endpoint group is taken while it is still empty.
  depends_on = [google_compute_global_network_endpoint.hosting]
}

# ── the way in

resource "google_compute_url_map" "front" {
  for_each = local.front

  name            = "front"
  default_service = google_compute_backend_service.hosting[each.key].id

  host_rule {
    hosts        = [each.value]
    path_matcher = "paths"
  }

  path_matcher {
    name            = "paths"
    default_service = google_compute_backend_service.hosting[each.key].id

    dynamic "path_rule" {
      for_each = local.api_paths
      content {
        paths   = path_rule.value
        service = google_compute_backend_service.functions[path_rule.key].id
      }
    }
  }
}

resource "google_compute_managed_ssl_certificate" "front" {
  for_each = local.front

  name = "front-${substr(sha256(each.value), 0, 8)}" # a certificate cannot change its domain

  managed {
    domains = [each.value]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_compute_ssl_policy" "front" {
  for_each = local.front

  name            = "front"
  profile         = "RESTRICTED"
  min_tls_version = "TLS_1_2"
}

resource "google_compute_target_https_proxy" "front" {
  for_each = local.front

  name             = "front"
  url_map          = google_compute_url_map.front[each.key].id
  ssl_certificates = [google_compute_managed_ssl_certificate.front[each.key].id]
  ssl_policy       = google_compute_ssl_policy.front[each.key].id
}

resource "google_compute_global_forwarding_rule" "https" {
  for_each = local.front

  name                  = "front-https"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.front[each.key].id
  port_range            = "443"
  target                = google_compute_target_https_proxy.front[each.key].id
  labels                = local.labels.front
}

# ── plain HTTP is sent to HTTPS

resource "google_compute_url_map" "redirect" {
  for_each = local.front

  name = "redirect"

  default_url_redirect {
    https_redirect         = true
    redirect_response_code = "MOVED_PERMANENTLY_DEFAULT"
    strip_query            = false
  }
}

resource "google_compute_target_http_proxy" "redirect" {
  for_each = local.front

  name    = "redirect"
  url_map = google_compute_url_map.redirect[each.key].id
}

resource "google_compute_global_forwarding_rule" "http" {
  for_each = local.front

  name                  = "front-http"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.front[each.key].id
  port_range            = "80"
  target                = google_compute_target_http_proxy.redirect[each.key].id
  labels                = local.labels.front
}

# ── Cloud Armor, by choice

resource "google_compute_security_policy" "api" {
  for_each = var.cloud_armor ? local.front : {}

  name        = "api"
  description = "Before the functions: a limit for each address, and known attacks."
  labels      = local.labels.front

  # The product limits by account; this one keeps a single address from using up the instances.
  rule {
    action      = "throttle"
    priority    = 2000
    description = "600 calls a minute from one address."

    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
    rate_limit_options {
      conform_action = "allow"
      exceed_action  = "deny(429)"
      enforce_on_key = "IP"

      rate_limit_threshold {
        count        = 600
        interval_sec = 60
      }
    }
  }

  rule {
    action      = "deny(403)"
    priority    = 1000
    description = "Log4j and its kin."

    match {
      expr {
        expression = "evaluatePreconfiguredWaf('cve-canary')"
      }
    }
  }

  # Strategy code in a body looks like an attack to rules about scripts and SQL, so there are none of those.
  rule {
    action      = "deny(403)"
    priority    = 1100
    description = "Scanners."

    match {
      expr {
        expression = "evaluatePreconfiguredWaf('scannerdetection-v33-stable', {'sensitivity': 1})"
      }
    }
  }

  rule {
    action      = "allow"
    priority    = 2147483647
    description = "The rest."

    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }
}
