"""Live video, seen by real peers over real sockets."""
