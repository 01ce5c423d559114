"""The fan-out of one stream's sound: who joins starts at now."""

from .fanout import Fanout, Subscription
from .packets import AudioInfo, AudioPacket

QUEUE_PACKETS = 50

type AudioSubscription = Subscription[AudioPacket]


class AudioFeed(Fanout[AudioInfo, AudioPacket]):
    """The sound of one stream."""

    limit = QUEUE_PACKETS
