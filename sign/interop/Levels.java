import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import java.io.File;
import java.util.Arrays;
import java.util.List;

/**
 * Prints, for each signature of a folder, what DSS calls it: "NAME FORMAT INDICATION". Files are NAME.LEVEL.pdf, .p7m and
 * .p7s (made over the file "content"); org-root.pem and tsa-ca.pem are trusted, and nothing is fetched.
 */
public class Levels {
  public static void main(String[] args) throws Exception {
    File folder = new File(args[0]);
    CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
    for (String name : List.of("org-root.pem", "tsa-ca.pem")) {
      trusted.addCertificate(DSSUtils.loadCertificate(new File(folder, name)));
    }
    File[] files = folder.listFiles((d, name) -> name.matches(".*\\.b-[a-z]+\\.(pdf|p7s|p7m)"));
    Arrays.sort(files);
    for (File file : files) {
      SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(file));
      CommonCertificateVerifier verifier = new CommonCertificateVerifier();
      verifier.setTrustedCertSources(trusted);
      validator.setCertificateVerifier(verifier);
      if (file.getName().endsWith(".p7s")) {
        validator.setDetachedContents(List.of(new FileDocument(new File(folder, "content"))));
      }
      SimpleReport report = validator.validateDocument().getSimpleReport();
      for (String id : report.getSignatureIdList()) {
        System.out.println(file.getName() + " " + report.getSignatureFormat(id) + " " + report.getIndication(id));
      }
    }
  }
}
