output "web_url" {
  description = "Where the platform answers."
  value       = local.origins[0]
}

output "images" {
  description = "Where the job's image is pushed to; `engine_image` is this, a name and a digest."
  value       = google_artifact_registry_repository.images.registry_uri
}

output "front_address" {
  description = "The domain's A record. The certificate is issued once the record is there."
  value       = one(values(google_compute_global_address.front)[*].address)
}

output "live_bot_addresses" {
  description = "Where live bots come from: what users bind their exchange keys to."
  value       = { for region, address in google_compute_address.live_bots : region => address.address }
}

output "function_urls" {
  description = "Each function by region, for operators and the smoke test."
  value       = local.urls
}

output "hosting_site" {
  description = "The site for `firebase deploy --only hosting`."
  value       = google_firebase_hosting_site.this.site_id
}

output "buckets" {
  description = "The product's buckets; `candlewick data` brings candles into the first."
  value       = { for name, bucket in google_storage_bucket.data : name => bucket.name }
}

output "deployer" {
  description = "The identity that the pipeline's Terraform runs as."
  value       = google_service_account.this["deployer"].email
}
