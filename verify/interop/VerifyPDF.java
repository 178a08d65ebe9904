import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.diagnostic.TimestampWrapper;
import eu.europa.esig.dss.enumerations.TimestampType;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Judges PDFs with DSS. The argument is a file with one path a line; for each the path, a verdict and why are printed,
 * separated by tabs. "accepted" means that every signature and document timestamp is intact and that DSS saw no change
 * that it cannot account for; whose it is does not count.
 */
public class VerifyPDF {
    public static void main(String[] args) throws Exception {
        for (String path : Files.readAllLines(Path.of(args[0]))) {
            String verdict, reason = "";
            try {
                reason = whyNot(path);
                verdict = reason.isEmpty() ? "accepted" : "refused";
            } catch (Throwable e) {
                verdict = "error";
                reason = e.getClass().getSimpleName() + ": " + e.getMessage();
            }
            System.out.println(path + "\t" + verdict + "\t" + reason.replaceAll("\\s+", " "));
        }
    }

    static String whyNot(String path) {
        SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(path));
        validator.setCertificateVerifier(new CommonCertificateVerifier());
        DiagnosticData data = validator.validateDocument().getDiagnosticData();
        int found = data.getSignatures().size();
        for (SignatureWrapper s : data.getSignatures()) {
            String name = s.getFirstFieldName() + ": ";
            if (!s.isSignatureIntact() || !s.isSignatureValid()) {
                return name + "value";
            }
            if (s.getSignatureByteRange() != null && !s.isSignatureByteRangeValid()) {
                return name + "coverage";
            }
            if (!s.getPdfUndefinedChanges().isEmpty()) {
                return name + "changes undefined";
            }
            if (s.arePdfModificationsDetected()) {
                return name + "modifications shown";
            }
        }
        for (TimestampWrapper t : data.getTimestampList()) {
            if (t.getType() == TimestampType.DOCUMENT_TIMESTAMP) {
                found++;
                if (!t.isMessageImprintDataIntact() || !t.isSignatureValid()) {
                    return t.getFirstFieldName() + ": value";
                }
            }
        }
        return found > 0 ? "" : "no signature";
    }
}
