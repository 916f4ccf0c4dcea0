"""What a recording may be. Pure."""

MOST_BYTES = 600 * 1024
MIMETYPES = ("audio/mpeg", "audio/mp4", "audio/ogg", "audio/webm", "audio/wav")
_BEGINNINGS = ((b"ID3", "audio/mpeg"), (b"OggS", "audio/ogg"), (b"\x1aE\xdf\xa3", "audio/webm"))


def audio_type(data: bytes) -> str | None:
    """What kind of sound a file is by its first bytes, whatever its sender calls it; None for everything else."""
    for beginning, mimetype in _BEGINNINGS:
        if data.startswith(beginning):
            return mimetype
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "audio/wav"
    if data[4:8] == b"ftyp":
        return "audio/mp4"
    return "audio/mpeg" if _is_mpeg_frame(data[:4]) else None


def _is_mpeg_frame(head: bytes) -> bool:
    # Eleven bits that are set, a version, a layer, a bit rate and a sampling rate that there are.
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    return head[1] >> 3 & 3 != 1 and head[1] >> 1 & 3 != 0 and head[2] >> 4 != 15 and head[2] >> 2 & 3 != 3
