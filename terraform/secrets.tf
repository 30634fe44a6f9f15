# Secrets of the platform are in Secret Manager: a handful, read when an instance starts. Terraform makes the
# places and never sees a value: `gcloud secrets versions add NAME --data-file=-` puts one in.
# Users' exchange keys are encrypted with the key below and stored in Firestore: at 0.06 USD a secret and
# month, a hundred thousand of them would cost 6,000 USD a month in Secret Manager.

locals {
  secrets = {
    google-client-secret = { reader = "auth", purpose = "Google's OAuth client secret." }
    sign-in-secret       = { reader = "auth", purpose = "Seals the cookie of a sign-in; 32 random bytes or more." }
    smtp-url             = { reader = "tasks", purpose = "Mail server of alerts, smtps://user:password@host:port." }
    payments-key         = { reader = "marketplace", purpose = "The payment provider's API key." }
    payments-secret      = { reader = "marketplace", purpose = "With which the payment provider signs its events." }
    telegram-token       = { reader = "tasks", purpose = "The platform's own Telegram bot." }
  }
}

resource "google_secret_manager_secret" "this" {
  for_each = local.secrets

  secret_id   = each.key
  annotations = { purpose = each.value.purpose }
  labels      = local.labels.functions[each.value.reader]

  replication {
    auto {}
  }

  # A destroyed version can be brought back for a day.
  version_destroy_ttl = "86400s"
}

# A key ring outlives everything: after a `terraform destroy` its name is taken, and the next deployment
# needs another (`kms_key_ring`) or an import.
resource "google_kms_key_ring" "this" {
  name     = var.kms_key_ring
  location = var.kms_location
}

# `credentials` may encrypt with it, `bot-events` may decrypt, nobody both (identities.tf).
resource "google_kms_crypto_key" "exchange_keys" {
  #checkov:skip=CKV_GCP_82:`deletion_policy` protects it where data is protected; `prevent_destroy` takes no variable and would hold development back
  name            = "exchange-keys"
  key_ring        = google_kms_key_ring.this.id
  purpose         = "ENCRYPT_DECRYPT"
  rotation_period = "7776000s" # 90 days
  labels          = local.labels.live_bot

  deletion_policy = local.deletion_policy
}

locals {
  # Its name is known before it is made.
  exchange_keys_key = "projects/${var.project}/locations/${var.kms_location}/keyRings/${google_kms_key_ring.this.name}/cryptoKeys/${google_kms_crypto_key.exchange_keys.name}"
}
