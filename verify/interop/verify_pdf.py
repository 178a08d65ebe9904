"""Judges PDFs with pyHanko.

Arguments: a file with one path a line. Prints for each: path, verdict and why, separated by tabs. "accepted" means that
every signature is intact and that no revision after it changes what it may not; whose it is does not count.
"""

import logging
import sys

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.policy_decl import AcceptAllAlgorithms

logging.disable(logging.CRITICAL)
context = ValidationContext(trust_roots=[], allow_fetching=False, algorithm_usage_policy=AcceptAllAlgorithms())


def why_not(embedded):
    """Returns what speaks against one signature, "" for nothing."""
    if embedded.sig_object.get("/Type") == "/DocTimeStamp" or embedded.sig_object.get("/SubFilter") == "/ETSI.RFC3161":
        status = validate_pdf_timestamp(embedded, context)
    else:
        status = validate_pdf_signature(embedded, context)
    if not status.intact:
        return "digest"
    if not status.valid:
        return "value"
    if status.coverage.name not in ("ENTIRE_FILE", "ENTIRE_REVISION"):
        return "coverage " + status.coverage.name
    if status.modification_level.name != "NONE" and not status.docmdp_ok:
        return "changes " + status.modification_level.name
    return ""


def judge(path):
    with open(path, "rb") as f:
        reader = PdfFileReader(f, strict=False)
        signatures = reader.embedded_signatures
        for embedded in signatures:
            reason = why_not(embedded)
            if reason:
                return "refused", f"{embedded.field_name}: {reason}"
        return ("accepted", "") if signatures else ("refused", "no signature")


for line in open(sys.argv[1]):
    path = line.rstrip("\n")
    try:
        verdict, reason = judge(path)
    except Exception as error:  # whatever it is, the file was not accepted
        verdict, reason = "error", f"{type(error).__name__}: {error}"
    print(path, verdict, " ".join(reason.split())[:200], sep="\t", flush=True)
