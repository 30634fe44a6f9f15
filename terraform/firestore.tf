resource "google_firestore_database" "this" {
  # The only name that has a free tier, and the one that clients take without being told.
  name        = "(default)"
  location_id = var.firestore_location
  type        = "FIRESTORE_NATIVE"

  # Optimistic would abort on contention where our transactions wait their turn (candlewick/gcp/transactions.py).
  concurrency_mode                  = "PESSIMISTIC"
  app_engine_integration_mode       = "DISABLED"
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"
  delete_protection_state           = var.protect_data ? "DELETE_PROTECTION_ENABLED" : "DELETE_PROTECTION_DISABLED"
  deletion_policy                   = local.deletion_policy
}

# ── indexes and TTL: from the file that the emulator and the tests read

locals {
  firestore = jsondecode(file("${local.repository}/firestore.indexes.json"))

  composite_indexes = {
    for index in local.firestore.indexes :
    join(" ", concat([index.collectionGroup, lower(index.queryScope)], [for field in index.fields : "${field.fieldPath}:${lower(field.order)}"])) => index
  }
  field_overrides = {
    for field in local.firestore.fieldOverrides : "${field.collectionGroup}.${field.fieldPath}" => field
  }
}

resource "google_firestore_index" "this" {
  for_each = local.composite_indexes

  database    = google_firestore_database.this.name
  collection  = each.value.collectionGroup
  query_scope = each.value.queryScope

  dynamic "fields" {
    for_each = each.value.fields
    content {
      field_path = fields.value.fieldPath
      order      = fields.value.order
    }
  }
}

resource "google_firestore_field" "this" {
  for_each = local.field_overrides

  database   = google_firestore_database.this.name
  collection = each.value.collectionGroup
  field      = each.value.fieldPath

  # An empty block switches every index of the field off; without the block the automatic ones stay.
  index_config {
    dynamic "indexes" {
      for_each = each.value.indexes
      content {
        order       = indexes.value.order
        query_scope = indexes.value.queryScope
      }
    }
  }

  # Documents go within a day of the moment that the field holds. Backups do not keep this policy: a
  # restored database must get it again.
  dynamic "ttl_config" {
    for_each = try(each.value.ttl, false) ? [true] : []
    content {}
  }
}

# ── rules: what browsers may read

resource "google_firebaserules_ruleset" "firestore" {
  source {
    files {
      name    = "firestore.rules"
      content = file("${local.repository}/firestore.rules")
    }
  }

  lifecycle {
    create_before_destroy = true # the release must never point at nothing
  }

  depends_on = [google_firestore_database.this]
}

# Changed in place: replaced, it would leave a moment without rules, in which browsers read nothing.
resource "google_firebaserules_release" "firestore" {
  name         = "cloud.firestore" # the release of the database (default); another would be cloud.firestore/NAME
  ruleset_name = "projects/${var.project}/rulesets/${google_firebaserules_ruleset.firestore.name}"
}
