"""A mailbox for one machine: takes every mail and every webhook, and shows what came."""
