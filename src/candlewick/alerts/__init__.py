"""Tells users what their bots do: by e-mail, webhook and Telegram."""
