#!/usr/bin/env bash
# Makes what Terraform needs before it can run: Google's interfaces and a bucket for its state. Doing it
# twice changes nothing.
#
#   terraform/bootstrap.sh PROJECT REGION
set -euo pipefail

project=${1:?the project\'s id}
region=${2:?the primary region}
here=$(cd "$(dirname "$0")" && pwd)
state="$project-terraform-state"

mapfile -t apis < "$here/apis.txt"
# Twenty at a time is the most that one call takes.
for ((first = 0; first < ${#apis[@]}; first += 20)); do
  gcloud services enable --project "$project" "${apis[@]:first:20}"
done

if ! gcloud storage buckets describe "gs://$state" --project "$project" > /dev/null 2>&1; then
  gcloud storage buckets create "gs://$state" --project "$project" --location "$region" \
    --uniform-bucket-level-access --public-access-prevention
fi
# The state's past versions are the way back from a broken apply.
gcloud storage buckets update "gs://$state" --versioning

echo "state bucket: $state"
