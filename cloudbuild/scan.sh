#!/usr/bin/env bash
# Scans an image that is not pushed yet; ends with 1 when a critical vulnerability in it has a fix.
#
#   cloudbuild/scan.sh IMAGE
set -euo pipefail

image=${1:?the image}

scan=$(gcloud artifacts docker images scan "$image" --location europe --format 'value(response.scan)')
gcloud artifacts docker images list-vulnerabilities "$scan" \
  --format 'table(vulnerability.effectiveSeverity, vulnerability.shortDescription, vulnerability.packageIssue[0].affectedPackage, vulnerability.fixAvailable)'
critical=$(gcloud artifacts docker images list-vulnerabilities "$scan" \
  --filter 'vulnerability.effectiveSeverity=CRITICAL AND vulnerability.fixAvailable=true' \
  --format 'value(vulnerability.shortDescription)')
if [[ -n "$critical" ]]; then
  echo "Not pushed: $critical has a fix. Raise the base image's or the package's pin."
  exit 1
fi
