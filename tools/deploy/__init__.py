"""Deploys a commit to a Google Cloud project; `make deploy`, `make destroy` and Cloud Build use it alike."""
