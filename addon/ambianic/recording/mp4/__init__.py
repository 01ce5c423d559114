"""Fragmented MP4 (ISO/IEC 14496-12): written as pictures come, measured, and cut without touching the pictures.

A file is `ftyp moov free prft (moof mdat)*`: what a player needs first, room for a table of the fragments (`sidx`, filled in when the
file is finished), the Unix time at which it starts, and fragments of about a second. Track 1 is video, track 2 sound.
"""
