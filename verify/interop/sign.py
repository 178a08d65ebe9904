"""Signs the file "content" with asn1crypto and with pyHanko, in several forms.

Arguments: the folder to work in. The key and the chain are key.pem, leaf.pem, ca.pem there. Each message becomes a
file NAME.attached.der or NAME.detached.der.
"""

import datetime
import hashlib
import pathlib
import sys

from asn1crypto import algos, cms, core, pem, x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from pyhanko.sign import signers

folder = pathlib.Path(sys.argv[1])
content = (folder / "content").read_bytes()
key_pem = (folder / "key.pem").read_bytes()
key = serialization.load_pem_private_key(key_pem, None)
moment = datetime.datetime(2026, 4, 1, 9, 0, 0, tzinfo=datetime.timezone.utc)


def certificate(name):
    return x509.Certificate.load(pem.unarmor((folder / name).read_bytes())[2])


leaf, ca = certificate("leaf.pem"), certificate("ca.pem")


def by_hand(attached, attributes, key_identifier, pss, content_type="data"):
    """Puts a message together from asn1crypto's types."""
    sid = cms.SignerIdentifier("issuer_and_serial_number", cms.IssuerAndSerialNumber(
        {"issuer": leaf.issuer, "serial_number": leaf.serial_number}))
    if key_identifier:
        sid = cms.SignerIdentifier("subject_key_identifier", leaf.key_identifier)
    info = {
        "version": "v3" if key_identifier else "v1",
        "sid": sid,
        "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
        "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
    }
    pad = padding.PKCS1v15()
    if pss:
        pad = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
        info["signature_algorithm"] = algos.SignedDigestAlgorithm({"algorithm": "rsassa_pss", "parameters": {
            "hash_algorithm": {"algorithm": "sha256"},
            "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": "sha256"}},
            "salt_length": 32}})
    signed = content
    if attributes:
        attrs = cms.CMSAttributes([
            cms.CMSAttribute({"type": "content_type", "values": [content_type]}),
            cms.CMSAttribute({"type": "signing_time", "values": [cms.Time({"utc_time": moment})]}),
            cms.CMSAttribute({"type": "message_digest", "values": [hashlib.sha256(content).digest()]}),
        ])
        info["signed_attrs"] = attrs
        signed = attrs.untag().dump(force=True)
    info["signature"] = key.sign(signed, pad, hashes.SHA256())
    encap = {"content_type": content_type}
    if attached:
        encap["content"] = core.ParsableOctetString(content) if content_type != "data" else content
    message = cms.SignedData({
        "version": "v3" if key_identifier else "v1",
        "digest_algorithms": [{"algorithm": "sha256"}],
        "encap_content_info": encap,
        "certificates": [leaf, ca],
        "signer_infos": [cms.SignerInfo(info)],
    })
    return cms.ContentInfo({"content_type": "signed_data", "content": message}).dump()


def save(name, attached, message):
    (folder / f"{name}.{'attached' if attached else 'detached'}.der").write_bytes(message)


for attached in (True, False):
    save("asn1crypto", attached, by_hand(attached, True, False, False))
    save("asn1crypto-bare", attached, by_hand(attached, False, False, False))
    save("asn1crypto-ski", attached, by_hand(attached, True, True, False))
    save("asn1crypto-pss", attached, by_hand(attached, True, False, True))
    for pss in (False, True):
        for digest in ("sha256", "sha512"):
            signer = signers.SimpleSigner.load(str(folder / "key.pem"), str(folder / "leaf.pem"),
                                               ca_chain_files=(str(folder / "ca.pem"),), prefer_pss=pss)
            info = signer.sign_general_data(content, digest, detached=not attached, timestamp=moment)
            save(f"pyhanko-{digest}{'-pss' if pss else ''}", attached, info.dump())
