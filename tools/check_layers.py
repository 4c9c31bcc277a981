#!/usr/bin/env python3
"""Who may include what: ARCHITECTURE.md drawn as a table.

An arrow down may be used, an arrow up or sideways may not. The folders below
engine/ reach pdp/ by its public header alone, since libpostern-pdp exports
nothing else.
"""

import re

from sources import CHECKS, LIBRARY, PROGRAMS, run, sources

# Folder: other folders whose private headers it may include.
PRIVATE = {
    "base": (),
    "pdp": ("base",),
    "proof": ("base", "pdp"),
    "policy-lang": ("base",),
    "prp": ("base", "policy-lang"),
    "pip": ("base", "policy-lang"),
    "jose": ("base", "policy-lang"),
    "tokens": ("base", "policy-lang", "jose"),
    "ppm": ("base", "policy-lang"),
    "engine": ("base", "policy-lang", "prp", "pip", "tokens", "jose", "ppm"),
    "dynauth": ("base", "policy-lang", "prp", "engine", "tokens", "jose"),
    "grid": ("base", "policy-lang", "ppm"),
    "customised": ("base", "policy-lang", "jose", "ppm"),
    "consent": ("base", "policy-lang", "jose", "ppm", "customised"),
    "access-log": ("base", "policy-lang", "jose"),
    "gate": ("base", "policy-lang", "ppm", "consent"),
    "include": (),
    "examples": (),
}
OURS = LIBRARY + PROGRAMS

# Folder: public headers it may include.
PUBLIC = {
    "base": ("base",),
    "pdp": ("base", "pdp"),
    "proof": ("base", "pdp", "proof"),
    "pip": ("base", "pdp", "pip"),
    "jose": ("base", "pdp", "policy", "jose"),
    "tokens": ("base", "pdp", "policy", "jose", "token", "credential"),
    "ppm": ("base", "pdp", "policy", "ppm"),
    "grid": ("base", "pdp", "policy", "ppm", "grid"),
    "customised": ("base", "pdp", "policy", "ppm", "customised"),
    "consent": ("base", "pdp", "policy", "jose", "prp", "ppm", "customised",
                "consent"),
    "access-log": ("base", "pdp", "access_log"),
    "include/postern/base.h": (),
    "include/postern/pdp.h": ("base",),
    "include/postern/proof.h": ("base", "pdp"),
    "include/postern/policy.h": ("base", "pdp"),
    "include/postern/jose.h": ("base",),
    "include/postern/token.h": ("base", "pdp", "jose"),
    "include/postern/credential.h": ("base", "jose"),
    "include/postern/pip.h": ("base", "pdp"),
    "include/postern/ppm.h": ("base", "pdp", "policy"),
    "include/postern/grid.h": ("base", "ppm"),
    "include/postern/customised.h": ("ppm",),
    "include/postern/consent.h": ("jose", "customised"),
    "include/postern/access_log.h": ("pdp",),
}

# Third-party header: the files that know the library behind it.
THIRD_PARTY = {
    "yaml.h": ("policy-lang/yaml_document.c",),
    "pcre2.h": ("policy-lang/grammar.c",),
    "maxminddb.h": ("pip/country_file.c",),
    "sqlite3.h": ("consent/sqlite.c", "consent/sqlite_file.c"),
    "openssl/rand.h": (
        "access-log/log.c",
        "jose/content.c", "jose/key_management.c", "jose/keys.c",
        "tokens/random.c",
    ),
    "openssl/bn.h": ("jose/jwk_value.c", "jose/pkey.c", "jose/roca.c"),
    "openssl/core_names.h": (
        "jose/agreement.c", "jose/jwk_value.c", "jose/pkey.c", "jose/slot.c",
        "tokens/hmac.c",
    ),
    "openssl/evp.h": (
        "jose/agreement.c", "jose/content.c", "jose/crypto.c", "jose/digest.c",
        "jose/jwk_value.c", "jose/key_elsewhere.c", "jose/key_management.c",
        "jose/keys.c", "jose/pem.c", "jose/pkey.c", "jose/pkey_probe.c",
        "jose/signature.c", "jose/slot.c", "tokens/hmac.c",
        "tokens/public_key_id.c",
    ),
    "openssl/crypto.h": (
        "cli/cmd_jose.c", "cli/jose_seal.c", "cli/key_file.c",
        "jose/agreement.c", "jose/content.c", "jose/context.c",
        "jose/key_elsewhere.c", "jose/key_management.c", "jose/keys.c",
        "jose/open.c", "jose/pem.c", "jose/pkey_probe.c", "jose/seal.c",
        "jose/signature.c", "tokens/derive.c", "tokens/derived_key.c",
        "tokens/hmac.c", "tokens/issuer_keys.c", "tokens/public_key_id.c",
        "tokens/verifier.c", "tokens/wiping.c",
    ),
    "openssl/x509.h": (
        "jose/key_elsewhere.c", "jose/pem.c", "tokens/public_key_id.c",
    ),
    "openssl/err.h": (
        "jose/keys.c", "jose/open.c", "jose/pkey.c", "jose/seal.c",
    ),
    "openssl/bio.h": ("jose/pem.c",),
    "openssl/pem.h": ("jose/pem.c",),
    "openssl/ec.h": ("jose/agreement.c", "jose/pkey.c", "jose/pkey_probe.c"),
    "openssl/objects.h": ("jose/pkey.c",),
    "openssl/rsa.h": ("jose/pkey_probe.c", "jose/slot.c"),
    "openssl/params.h": ("jose/agreement.c", "jose/slot.c", "tokens/hmac.c"),
    "immintrin.h": ("grid/plane_x86.c",),
    "arm_neon.h": ("grid/plane_neon.c",),
    "uninorm.h": ("tokens/normal_form.c",),
    "unistr.h": ("tokens/normal_form.c",),
}

# Headers of the C library without I/O, clock, locale or process state.
PURE = {"float.h", "limits.h", "math.h", "stdalign.h", "stdarg.h",
        "stdatomic.h", "stdbool.h", "stddef.h", "stdint.h", "stdlib.h",
        "string.h"}
LIBC = PURE | {
    "assert.h", "ctype.h", "errno.h", "inttypes.h", "signal.h",
    "stdio.h", "threads.h", "time.h",
    # POSIX
    "dirent.h", "fcntl.h", "getopt.h", "pthread.h", "sys/file.h", "sys/mman.h",
    "sys/resource.h", "sys/stat.h", "sys/types.h", "sys/wait.h", "unistd.h",
}
PURE_FOLDERS = ("base", "pdp", "proof", "include")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]',
                     re.MULTILINE)


def refusal(name, folder, mark, header):
    """Why `name` may not include `header`; None when it may."""
    public = re.fullmatch(r"postern/(\w+)\.h", header)
    if public:
        allowed = PUBLIC.get(name, PUBLIC.get(folder))
        if allowed is not None and public.group(1) not in allowed:
            return "is above this folder"
        return None if mark == "<" else "is public: write <postern/...>"
    if folder in CHECKS:
        return None
    if mark == '"':
        return private_refusal(folder, header)
    if header in THIRD_PARTY:
        known = name in THIRD_PARTY[header]
        return None if known else "is known to other files only"
    if header not in (PURE if folder in PURE_FOLDERS else LIBC):
        return "is not on the list of C headers for this folder"
    return None


def private_refusal(folder, header):
    """Why a header of ours may not be used in `folder`."""
    other = header.split("/")[0] if "/" in header else None
    if other is None:
        return "lacks its folder"
    if folder in PROGRAMS:
        return None if other in OURS else "is in no folder of ours"
    if other != folder and other not in PRIVATE[folder]:
        return "is above or beside this folder, or private to it"
    return None


def check(root):
    complaints = []
    for path in sources(root):
        name = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        for match in INCLUDE.finditer(text):
            why = refusal(name, name.split("/")[0], *match.groups())
            if why:
                line = text.count("\n", 0, match.start(1)) + 1
                complaints.append(f"{name}:{line}: {match.group(2)} {why}")
    return complaints


if __name__ == "__main__":
    run(check)
