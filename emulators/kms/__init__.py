"""Cloud KMS on this machine: keys for encryption and decryption, as Google's client speaks to them."""
