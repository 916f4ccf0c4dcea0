"""Seals short texts so that whoever seals them cannot open them again (HPKE, RFC 9180). Knows no table.

One pair of keys for one box: what the public one sealed only the private one opens. All sealed texts are of one length,
so that nobody tells by it who wrote much and who wrote a word.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from api.sealing import CannotOpen

# So many characters may a text have; none takes more than four bytes in UTF-8.
LONGEST = 200
_LENGTH_BYTES = 2
_PADDED = _LENGTH_BYTES + 4 * LONGEST
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_PURPOSE = b"zhucun sealed text"


def new_keys() -> tuple[bytes, bytes]:
    """A (private, public) pair of 32 bytes each."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def seal(public: bytes, text: str) -> bytes:
    """A text of at most LONGEST characters, sealed; ValueError for a longer one."""
    if len(text) > LONGEST:
        raise ValueError("this text is too long to be sealed")
    plain = text.encode()
    padded = (len(plain).to_bytes(_LENGTH_BYTES) + plain).ljust(_PADDED, b"\x00")
    return _SUITE.encrypt(padded, X25519PublicKey.from_public_bytes(public), _PURPOSE)


def open(private: bytes, sealed: bytes) -> str:
    """The text that was sealed to the private key's counterpart; CannotOpen otherwise."""
    try:
        padded = _SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), _PURPOSE)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("altered, or sealed to another key") from error
    length = int.from_bytes(padded[:_LENGTH_BYTES])
    return padded[_LENGTH_BYTES:_LENGTH_BYTES + length].decode()
