"""Builds the container images on this machine, without a registry and without a daemon."""
