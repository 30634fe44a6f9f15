"""Google Cloud clients, made from settings; the only place that knows how to reach them."""
