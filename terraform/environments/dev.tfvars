# One region, no domain, nothing that costs while nobody uses it. Everything may be deleted.
# The command line gives: project, engine_image, function_bundle.

environment  = "dev"
protect_data = false

regions            = ["europe-west1"]
firestore_location = "europe-west1"
storage_location   = { name = "EUROPE-WEST1" }
registry_location  = "europe-west1"
kms_location       = "europe-west1"

max_instances  = 5
monthly_budget = 20
daily_job_cost = 2
