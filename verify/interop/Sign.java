import java.io.ByteArrayOutputStream;
import java.io.FileReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.Security;
import java.util.List;

import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.CMSSignedDataStreamGenerator;
import org.bouncycastle.cms.SignerInfoGenerator;
import org.bouncycastle.cms.SignerInfoGeneratorBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.util.CollectionStore;

/**
 * Signs the file "content" with BouncyCastle in many forms. The argument is the folder to work in; each signer K of it has
 * K.key.pem and K.pem, and ca.pem is the issuer of all. Each message becomes NAME.attached.der or NAME.detached.der.
 */
public final class Sign {
    private static Path folder;
    private static byte[] content;

    public static void main(String[] args) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        folder = Path.of(args[0]);
        content = Files.readAllBytes(folder.resolve("content"));
        for (String algorithm : List.of("SHA1withRSA", "SHA256withRSA", "SHA384withRSA", "SHA512withRSA", "SHA3-256withRSA",
                "SHA256withRSAandMGF1", "SHA512withRSAandMGF1")) {
            forms("rsa", algorithm);
        }
        for (String algorithm : List.of("SHA256withECDSA", "SHA384withECDSA", "SHA512withECDSA", "SHA3-256withECDSA")) {
            forms("ec", algorithm);
        }
        save("bc-two-signers", true, generated(true, signer("rsa", "SHA256withRSA", false, false), signer("ec", "SHA384withECDSA", false, false)));
        // Ed25519 only with attributes (RFC 8419).
        save("bc-Ed25519", true, generated(true, signer("ed", "Ed25519", false, false)));
    }

    private static void forms(String key, String algorithm) throws Exception {
        for (boolean attached : new boolean[] {true, false}) {
            save("bc-" + algorithm, attached, generated(attached, signer(key, algorithm, false, false)));
            save("bc-" + algorithm + "-bare", attached, generated(attached, signer(key, algorithm, true, false)));
            save("bc-" + algorithm + "-ski", attached, generated(attached, signer(key, algorithm, false, true)));
            save("bc-" + algorithm + "-stream", attached, streamed(attached, signer(key, algorithm, false, false)));
        }
    }

    private static Object read(String name) throws Exception {
        try (PEMParser parser = new PEMParser(new FileReader(folder.resolve(name).toFile()))) {
            return parser.readObject();
        }
    }

    private static SignerInfoGenerator signer(String key, String algorithm, boolean bare, boolean byKeyIdentifier) throws Exception {
        PrivateKey secret = new JcaPEMKeyConverter().getPrivateKey((PrivateKeyInfo) read(key + ".key.pem"));
        X509CertificateHolder certificate = (X509CertificateHolder) read(key + ".pem");
        var builder = new SignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build());
        builder.setDirectSignature(bare);
        var contentSigner = new JcaContentSignerBuilder(algorithm).setProvider("BC").build(secret);
        if (byKeyIdentifier) {
            byte[] identifier = new JcaX509ExtensionUtils().createSubjectKeyIdentifier(certificate.getSubjectPublicKeyInfo()).getKeyIdentifier();
            return builder.build(contentSigner, identifier);
        }
        return builder.build(contentSigner, certificate);
    }

    private static CollectionStore<X509CertificateHolder> certificates() throws Exception {
        return new CollectionStore<>(List.of((X509CertificateHolder) read("rsa.pem"), (X509CertificateHolder) read("ec.pem"),
                (X509CertificateHolder) read("ed.pem"), (X509CertificateHolder) read("ca.pem")));
    }

    private static byte[] generated(boolean attached, SignerInfoGenerator... signers) throws Exception {
        var generator = new CMSSignedDataGenerator();
        for (SignerInfoGenerator s : signers) {
            generator.addSignerInfoGenerator(s);
        }
        generator.addCertificates(certificates());
        return generator.generate(new CMSProcessableByteArray(content), attached).getEncoded();
    }

    /** In BER, with indefinite lengths and the content in pieces. */
    private static byte[] streamed(boolean attached, SignerInfoGenerator signer) throws Exception {
        var generator = new CMSSignedDataStreamGenerator();
        generator.setBufferSize(16);
        generator.addSignerInfoGenerator(signer);
        generator.addCertificates(certificates());
        var out = new ByteArrayOutputStream();
        try (OutputStream stream = generator.open(out, attached)) {
            stream.write(content);
        }
        return out.toByteArray();
    }

    private static void save(String name, boolean attached, byte[] message) throws Exception {
        Files.write(folder.resolve(name + (attached ? ".attached" : ".detached") + ".der"), message);
    }
}
