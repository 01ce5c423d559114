"""The PnP registrar: a rendezvous server that phones and edges meet at. It relays sealed messages and stores nothing.

Messages walk in one direction: `signalling` admits a socket and hands it to `upgrade`, `peer` reads its frames, `switchboard` finds
the receiver here, in `waiting` or through `backplane` on another node. `api` and `site` answer plain HTTP, `monitor` those who run it.
"""
