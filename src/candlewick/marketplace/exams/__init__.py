"""The examination that a version passes before it may be published: the house runs it, in many ways at once."""
