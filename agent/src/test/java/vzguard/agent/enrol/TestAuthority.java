package vzguard.agent.enrol;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import vzguard.enrolment.CaPin;
import vzguard.enrolment.CsrEncoder;
import vzguard.enrolment.Pem;

/**
 * A CA for tests. It reads requests and makes certificates with Bouncy Castle, which is no code of ours; in this JVM, because
 * a start of the JDK's keytool for each of them took most of the tests' time.
 */
public final class TestAuthority {
    private static final X500Name NAME = new X500Name("CN=test CA");

    private final SecureRandom random = new SecureRandom();
    private final KeyPair key = CsrEncoder.newKey(random);
    private final X509Certificate certificate;

    public TestAuthority() {
        try {
            JcaX509v3CertificateBuilder builder = certificate(NAME, key.getPublic(), Duration.ofDays(2));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            certificate = signed(builder);
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public String caPem() {
        return pem(certificate);
    }

    public String pin() {
        return CaPin.of(certificate);
    }

    /** A certificate for a request, with subject alternative names of the kinds dns, ip and uri ("dns:x,ip:::1"). */
    public String sign(String request, String names) {
        try (PEMParser parser = new PEMParser(new StringReader(request))) {
            JcaPKCS10CertificationRequest asked =
                    new JcaPKCS10CertificationRequest((PKCS10CertificationRequest) parser.readObject());
            if (!asked.isSignatureValid(new JcaContentVerifierProviderBuilder().build(asked.getPublicKey()))) {
                throw new IllegalArgumentException("the request is not signed with its own key");
            }
            JcaX509v3CertificateBuilder builder =
                    certificate(asked.getSubject(), asked.getPublicKey(), Duration.ofDays(1));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate));
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(Arrays.stream(names.split(","))
                            .map(TestAuthority::name)
                            .toArray(GeneralName[]::new)));
            return pem(signed(builder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException | OperatorCreationException | PKCSException e) {
            throw new IllegalStateException(e);
        }
    }

    public Identity identity(String names) {
        KeyPair own = CsrEncoder.newKey(random);
        return new Identity(Pem.privateKey(own.getPrivate()), sign(CsrEncoder.request(own, "test"), names), caPem());
    }

    private static GeneralName name(String name) {
        String value = name.substring(name.indexOf(':') + 1);
        if (name.startsWith("dns:")) {
            return new GeneralName(GeneralName.dNSName, value);
        }
        if (name.startsWith("ip:")) {
            return new GeneralName(GeneralName.iPAddress, value);
        }
        if (name.startsWith("uri:")) {
            return new GeneralName(GeneralName.uniformResourceIdentifier, value);
        }
        throw new IllegalArgumentException("a name of no known kind: " + name);
    }

    private JcaX509v3CertificateBuilder certificate(X500Name subject, PublicKey subjectKey, Duration life)
            throws GeneralSecurityException, IOException {
        Instant now = Instant.now();
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                NAME, new BigInteger(64, random), Date.from(now), Date.from(now.plus(life)), subject, subjectKey);
        builder.addExtension(
                Extension.subjectKeyIdentifier,
                false,
                new JcaX509ExtensionUtils().createSubjectKeyIdentifier(subjectKey));
        return builder;
    }

    private X509Certificate signed(JcaX509v3CertificateBuilder builder)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate())));
    }

    private static String pem(X509Certificate certificate) {
        try {
            return Pem.encode("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
