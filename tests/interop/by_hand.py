"""JOSE written out once more, on the primitives of python-cryptography: what
RFC 7515, 7516 and 7518 say of the algorithms of oneM2M, in their order, and no
check that nobody asked for. So it also makes what nobody should accept."""

import base64
import hmac
import json
import os

from cryptography.hazmat.primitives import hashes, keywrap
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash

HASHES = {"256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}
CURVES = {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1, "P-521": ec.SECP521R1}
FIELDS = {"P-256": 32, "P-384": 48, "P-521": 66}
ENCS = {"A128GCM": 16, "A192GCM": 24, "A256GCM": 32}
WRAPS = {"A128KW": 16, "A192KW": 24, "A256KW": 32}


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def number(value, size=None):
    return b64(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def of_number(text):
    return int.from_bytes(unb64(text), "big")


def part(value):
    return b64(json.dumps(value).encode())


def header_of(token):
    return json.loads(unb64(token.split(".")[0]))


# ---- keys ----------------------------------------------------------------


def make_oct(size):
    return {"kty": "oct", "k": b64(os.urandom(size))}


def make_ec(crv):
    key = ec.generate_private_key(CURVES[crv]())
    size = FIELDS[crv]
    point = key.public_key().public_numbers()
    return {"kty": "EC", "crv": crv, "x": number(point.x, size),
            "y": number(point.y, size),
            "d": number(key.private_numbers().private_value, size)}


def make_rsa():
    key = rsa.generate_private_key(65537, 2048).private_numbers()
    return {"kty": "RSA", "n": number(key.public_numbers.n),
            "e": number(key.public_numbers.e), "d": number(key.d),
            "p": number(key.p), "q": number(key.q), "dp": number(key.dmp1),
            "dq": number(key.dmq1), "qi": number(key.iqmp)}


def public(jwk):
    if jwk["kty"] == "oct":
        return jwk
    secret = ("d", "p", "q", "dp", "dq", "qi")
    return {name: jwk[name] for name in jwk if name not in secret}


def ec_public(jwk):
    return ec.EllipticCurvePublicNumbers(
        of_number(jwk["x"]), of_number(jwk["y"]),
        CURVES[jwk["crv"]]()).public_key()


def ec_private(jwk):
    return ec.EllipticCurvePrivateNumbers(
        of_number(jwk["d"]),
        ec_public(jwk).public_numbers()).private_key()


def rsa_public_numbers(jwk):
    return rsa.RSAPublicNumbers(of_number(jwk["e"]), of_number(jwk["n"]))


def rsa_private(jwk):
    values = [of_number(jwk[name]) for name in ("p", "q", "d", "dp", "dq",
                                                "qi")]
    return rsa.RSAPrivateNumbers(*values,
                                 rsa_public_numbers(jwk)).private_key()


# ---- JWS -----------------------------------------------------------------


def signature(alg, jwk, data):
    digest = HASHES[alg[2:]]()
    if alg.startswith("HS"):
        return hmac.digest(unb64(jwk["k"]), data, "sha" + alg[2:])
    if alg.startswith("RS"):
        return rsa_private(jwk).sign(data, padding.PKCS1v15(), digest)
    size = FIELDS[jwk["crv"]]
    r, s = utils.decode_dss_signature(
        ec_private(jwk).sign(data, ec.ECDSA(digest)))
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def sign(header, jwk, payload, alg=None):
    """`alg`: what is done, where the header says otherwise."""
    data = f"{part(header)}.{b64(payload)}"
    made = signature(alg or header["alg"], jwk, data.encode())
    return f"{data}.{b64(made)}"


def verify(token, jwk):
    header, payload, made = token.split(".")
    data = f"{header}.{payload}".encode()
    alg = header_of(token)["alg"]
    made = unb64(made)
    digest = HASHES[alg[2:]]()
    if alg.startswith("HS"):
        assert hmac.compare_digest(made, signature(alg, jwk, data))
    elif alg.startswith("RS"):
        rsa_public_numbers(jwk).public_key().verify(
            made, data, padding.PKCS1v15(), digest)
    else:
        size = FIELDS[jwk["crv"]]
        assert len(made) == 2 * size
        ec_public(jwk).verify(
            utils.encode_dss_signature(int.from_bytes(made[:size], "big"),
                                       int.from_bytes(made[size:], "big")),
            data, ec.ECDSA(digest))
    return unb64(payload)


# ---- JWE -----------------------------------------------------------------


def oaep():
    return padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)


def kek_of(alg, shared, header):
    """The Concat KDF of RFC 7518 section 4.6.2."""
    size = WRAPS[alg[len("ECDH-ES+"):]]
    info = b""
    for text in (alg.encode(), unb64(header.get("apu", "")),
                 unb64(header.get("apv", ""))):
        info += len(text).to_bytes(4, "big") + text
    info += (size * 8).to_bytes(4, "big")
    return ConcatKDFHash(hashes.SHA256(), size, info).derive(shared)


def wrap(header, jwk, cek):
    alg = header["alg"]
    if alg == "dir":
        return b""
    if alg in WRAPS:
        return keywrap.aes_key_wrap(unb64(jwk["k"]), cek)
    if alg == "RSA-OAEP-256":
        return rsa_public_numbers(jwk).public_key().encrypt(cek, oaep())
    sender = make_ec(jwk["crv"])
    header.setdefault("epk", public(sender))
    shared = ec_private(sender).exchange(ec.ECDH(), ec_public(jwk))
    return keywrap.aes_key_wrap(kek_of(alg, shared, header), cek)


def encrypt(header, jwk, plain, cek=None):
    header = dict(header)
    if cek is None:
        cek = (unb64(jwk["k"]) if header["alg"] == "dir"
               else os.urandom(ENCS[header["enc"]]))
    wrapped = wrap(header, jwk, cek)
    iv = os.urandom(12)
    aad = part(header)
    sealed = AESGCM(cek).encrypt(iv, plain, aad.encode())
    return ".".join((aad, b64(wrapped), b64(iv), b64(sealed[:-16]),
                     b64(sealed[-16:])))


def cek_of(header, jwk, wrapped):
    alg = header["alg"]
    if alg == "dir":
        assert not wrapped
        return unb64(jwk["k"])
    if alg in WRAPS:
        return keywrap.aes_key_unwrap(unb64(jwk["k"]), wrapped)
    if alg == "RSA-OAEP-256":
        return rsa_private(jwk).decrypt(wrapped, oaep())
    shared = ec_private(jwk).exchange(ec.ECDH(), ec_public(header["epk"]))
    return keywrap.aes_key_unwrap(kek_of(alg, shared, header), wrapped)


def decrypt(token, jwk):
    aad, wrapped, iv, content, tag = token.split(".")
    header = header_of(token)
    cek = cek_of(header, jwk, unb64(wrapped))
    assert len(cek) == ENCS[header["enc"]]
    return AESGCM(cek).decrypt(unb64(iv), unb64(content) + unb64(tag),
                               aad.encode())
