"""Internal HTTP targets: Cloud Tasks, run events and the reconciler."""
