package vzguard.agent.enrol;

import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import vzguard.enrolment.Pem;

/**
 * Who this host is to the controller.
 *
 * @param keyPem PKCS#8; secret
 * @param certificatePem leaf first
 * @param caPem what the controller's certificate is verified with
 */
public record Identity(String keyPem, String certificatePem, String caPem) {
    private static final String AGENT = "vzguard://agent/";
    private static final int URI_NAME = 6;

    /** @throws IllegalArgumentException when one of the three cannot be read; the message says which */
    public Identity {
        readable("key.pem", () -> Pem.parsePrivateKey(keyPem));
        readable("cert.pem", () -> Pem.parseCertificates(certificatePem));
        readable("ca.pem", () -> Pem.parseCertificates(caPem));
    }

    public PrivateKey key() {
        return Pem.parsePrivateKey(keyPem);
    }

    /** The UUID in the certificate's URI name. Empty when the certificate has none: then it is no agent's. */
    public String hostId() {
        try {
            Collection<List<?>> names = leaf().getSubjectAlternativeNames();
            if (names == null) {
                return "";
            }
            for (List<?> name : names) {
                if (Integer.valueOf(URI_NAME).equals(name.get(0))
                        && name.get(1) instanceof String uri
                        && uri.startsWith(AGENT)) {
                    return uri.substring(AGENT.length());
                }
            }
            return "";
        } catch (CertificateParsingException e) {
            return "";
        }
    }

    public Instant expiresAt() {
        return leaf().getNotAfter().toInstant();
    }

    private X509Certificate leaf() {
        return Pem.parseCertificates(certificatePem).get(0);
    }

    /** Leaves the key out. */
    @Override
    public String toString() {
        return "Identity[" + hostId() + "]";
    }

    private static void readable(String file, Runnable reading) {
        try {
            reading.run();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }
}
