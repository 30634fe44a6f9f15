terraform {
  required_version = ">= 1.11"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "~> 7.46"
    }
    # Firebase's project and site exist in the beta provider alone. They are the only uses of it (hosting.tf).
    google-beta = {
      source  = "hashicorp/google-beta"
      version = "~> 7.46"
    }
  }

  # The bucket is given by `terraform init -backend-config=bucket=…`; bootstrap.sh makes it.
  backend "gcs" {
    prefix = "candlewick"
  }
}
