"""Local stand-ins for the Google Cloud services that have no usable emulator, and the stack's supervisor."""
