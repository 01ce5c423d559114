"""Reading H.264's and H.265's parameters bit by bit."""


class Bits:
    """The bits of a NAL unit after its header, without the bytes that keep start codes from appearing in it."""

    def __init__(self, data: bytes) -> None:
        """Begin at the first bit."""
        self._bits = "".join(f"{byte:08b}" for byte in data.replace(b"\x00\x00\x03", b"\x00\x00"))
        self._at = 0

    def read(self, count: int) -> int:
        """An unsigned number of so many bits. Raises IndexError where there are not so many."""
        found = self._bits[self._at : self._at + count]
        if len(found) < count:
            raise IndexError("The parameters are cut off.")
        self._at += count
        return int(found, 2)

    def skip(self, count: int) -> None:
        """Leave bits out."""
        self._at += count

    def exponential_golomb(self) -> int:
        """An unsigned Exp-Golomb number; 0 where it is cut off."""
        one = self._bits.find("1", self._at)
        if one < 0:
            return 0
        zeros = one - self._at
        value = int(self._bits[one : one + zeros + 1], 2)
        self._at = one + zeros + 1
        return value - 1
