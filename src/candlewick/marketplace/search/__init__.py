"""Search over listings: packed rows in Firestore, one index in every instance."""
