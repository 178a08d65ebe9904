"""Validates every PDF of a folder with pyHanko at the level that its name says.

Arguments: the folder. NAME.LEVEL.pdf are the documents; org-root.pem and tsa-ca.pem there are trusted, and nothing is
fetched: pyHanko takes the signer's revocation data from the document, and that of the newest timestamp's authority,
which nothing in the document can vouch for, from tsa-ca.crl. Prints one line a file, "NAME ok" or what is wrong; the exit code is the number of faults.
"""

import pathlib
import sys
import traceback

from asn1crypto import crl, pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import RevocationInfoValidationType, validate_pdf_ltv_signature, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

folder = pathlib.Path(sys.argv[1])
roots = [x509.Certificate.load(pem.unarmor((folder / name).read_bytes())[2]) for name in ("org-root.pem", "tsa-ca.pem")]

current = crl.CertificateList.load((folder / "tsa-ca.crl").read_bytes())


def check(path, level):
    reader = PdfFileReader(path.open("rb"))
    signature = reader.embedded_regular_signatures[0]
    if level in ("b-lt", "b-lta"):
        kind = RevocationInfoValidationType.PADES_LTA if level == "b-lta" else RevocationInfoValidationType.PADES_LT
        if signature.attached_timestamp_data is None:
            # For B-LTA pyHanko wants the signer's revocation data in front of the first document timestamp; a document
            # that was extended from B-B has it behind that, and in front of the next.
            kind = RevocationInfoValidationType.PADES_LT
        status = validate_pdf_ltv_signature(signature, kind, {
            "trust_roots": roots, "allow_fetching": False, "revocation_mode": "require", "crls": [current]})
    else:
        status = validate_pdf_signature(signature, ValidationContext(trust_roots=roots, allow_fetching=False))
    if not status.bottom_line:
        return status.pretty_print_details()
    # A document extended from b-b has a document timestamp in the place of the signature's own.
    stamped = status.timestamp_validity is not None or bool(reader.embedded_timestamp_signatures)
    if stamped != (level != "b-b"):
        return "timestamp: %s" % stamped
    store = "/DSS" in reader.root
    if store != (level in ("b-lt", "b-lta")):
        return "DSS: %s" % store
    if level == "b-lta" and not reader.embedded_timestamp_signatures:
        return "no archive timestamp"
    for timestamp in reader.embedded_timestamp_signatures:
        timestamp.compute_integrity_info()
    return ""


faults = 0
for path in sorted(folder.glob("*.pdf")):
    name, level, _ = path.name.split(".")
    try:
        fault = check(path, level)
    except Exception:  # whatever it is, it is told
        fault = traceback.format_exc()
    if name == "changed":
        fault = "" if fault else "a changed document passes"
    faults += fault != ""
    print(path.name, fault or "ok")
sys.exit(min(faults, 100))
