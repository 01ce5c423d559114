"""Live video over WebRTC: one peer connection a viewer, packets passed on without decoding where browsers can play them."""
