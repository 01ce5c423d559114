"""PNP-1, the protocol between a home's edge and its phones: pure functions and objects without any input or output.

docs/protocol.md describes the bytes. Both sides are here, because tests, benches and tools act as phones.

- `wire`: encodings, strict schemas, `Rejected`
- `messages`: the envelopes that travel through the registrar (P1 to P4, refused, C1 to C3)
- `keys`: P-256 signing and KEM keys
- `route`: ids that prove themselves towards a registrar
- `record`: what a phone knows about its home
- `pairing`: `HubPairing` and `PhonePairing` (P1 to P4)
- `connect`: `OfferDesk` of the hub, `seal_offer` of the phone (C1, C2)
- `trickle`: sealed candidates (C3)
- `binding`: the tags on the data channel (C5)
"""
