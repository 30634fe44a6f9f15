"""What fake-gcs-server lets through, Google refuses: signatures, identities, preconditions, lengths."""
