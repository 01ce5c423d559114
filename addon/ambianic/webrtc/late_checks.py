"""ICE checks after a connection is there: without them, one that began on a relay would stay there.

aioice ends its checks with the first pair that works, which mostly is the relay's, and leaves those that were under way as if
they still were. A browser goes on checking: its check of the direct path is answered, but never returned, so that this side
keeps sending through the relay; and towards addresses that are trickled later, no packet ever opens this side's NAT.
"""

import aioice
from aioice.ice import CandidatePair
import aiortc.rtcicetransport


class LateChecks(aioice.Connection):
    """A connection that still checks better pairs."""

    async def connect(self) -> None:
        """Connect, and leave the pairs that were not decided on open to the other side's checks. Raises ConnectionError."""
        await super().connect()
        for pair in self._check_list:
            if pair.state is CandidatePair.State.IN_PROGRESS:
                pair.task = None
                self.check_state(pair, CandidatePair.State.FAILED)

    def _pair_remote_candidate(self, remote_candidate: aioice.Candidate) -> None:
        super()._pair_remote_candidate(remote_candidate)
        if self._nominated:
            for pair in self._check_list:
                if pair.remote_candidate == remote_candidate and pair.state is CandidatePair.State.FROZEN:
                    self.check_start_task(pair)


# aiortc has no setting for it.
aiortc.rtcicetransport.Connection = LateChecks  # type: ignore[attr-defined]  # what the module imports
