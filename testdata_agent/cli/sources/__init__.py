"""Where records come from: this process, or a server. The same bytes either way."""
