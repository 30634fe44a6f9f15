# Firebase: the web app's files and the accounts. Both resources of Google's beta provider are here.

resource "google_firebase_project" "this" {
  provider = google-beta
  project  = var.project
}

resource "google_firebase_hosting_site" "this" {
  provider = google-beta
  project  = var.project
  site_id  = var.project # the default site
  app_id   = google_firebase_web_app.this.app_id

  # The default site cannot be deleted.
  deletion_policy = "ABANDON"
}

# The app tells browsers their settings by /__/firebase/init.json, which Hosting serves for the linked app.
resource "google_firebase_web_app" "this" {
  provider        = google-beta
  project         = var.project
  display_name    = "Candlewick (${var.environment})"
  deletion_policy = "DELETE"

  depends_on = [google_firebase_project.this]
}

# Google as a provider needs the OAuth client's secret as an argument, which would end in Terraform's state:
# it is switched on by one call of the API instead (docs/deploy.md).
resource "google_identity_platform_config" "this" {
  authorized_domains = [for origin in local.origins : trimprefix(origin, "https://")]

  sign_in {
    allow_duplicate_emails = false

    anonymous {
      enabled = true # guests; an account that is linked later keeps its data
    }
    email {
      enabled           = true
      password_required = true
    }
  }

  # An operator's log of who signed in, failed or not.
  monitoring {
    request_logging {
      enabled = true
    }
  }

  depends_on = [google_firebase_project.this]
}
