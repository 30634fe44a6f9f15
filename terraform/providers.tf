provider "google" {
  project = var.project
  region  = local.primary_region

  # Some interfaces (budgets, Identity Platform) charge their quota to the caller's project; without these
  # two, an operator's own login is asked for a project that it does not have.
  billing_project       = var.project
  user_project_override = true

  default_labels = local.common_labels
}

provider "google-beta" {
  project               = var.project
  region                = local.primary_region
  billing_project       = var.project
  user_project_override = true
}

data "google_project" "this" {
  project_id = var.project
}
