"""The edge's HTTP and WebSocket API."""
