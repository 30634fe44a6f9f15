#!/usr/bin/env bash
# Makes what Terraform needs before it can run: Google's interfaces, a bucket for its state, and the image
# repository, since the job's image must be there before the job can be. Doing it twice changes nothing.
#
#   terraform/bootstrap.sh PROJECT REGION [REGISTRY_LOCATION]
set -euo pipefail

project=${1:?the project\'s id}
region=${2:?the primary region}
registry=${3:-$region}
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

# Terraform takes it over (release.tf).
if ! gcloud artifacts repositories describe candlewick --project "$project" --location "$registry" > /dev/null 2>&1; then
  gcloud artifacts repositories create candlewick --project "$project" --location "$registry" \
    --repository-format docker --immutable-tags
fi

echo "state bucket: $state"
echo "images: $registry-docker.pkg.dev/$project/candlewick"
