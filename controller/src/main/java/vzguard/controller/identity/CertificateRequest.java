package vzguard.controller.identity;

import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** Reads PKCS#10: only the key counts, and that the sender holds it. */
public final class CertificateRequest {
    private static final int P256_BITS = 256;

    private CertificateRequest() {}

    /** @throws IllegalArgumentException when it is damaged, not signed by its own key, or the key is not P-256 */
    public static PublicKey key(String pem) {
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            if (!(parser.readObject() instanceof PKCS10CertificationRequest request)) {
                throw new IllegalArgumentException("no PKCS#10 certificate request in it (expected PEM)");
            }
            PublicKey key = new JcaPKCS10CertificationRequest(request).getPublicKey();
            if (!(key instanceof ECPublicKey curve)
                    || curve.getParams().getCurve().getField().getFieldSize() != P256_BITS) {
                throw new IllegalArgumentException(
                        "the key of the certificate request is " + key.getAlgorithm() + " (permitted: EC on P-256)");
            }
            if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                throw new IllegalArgumentException("the certificate request is not signed by its own key");
            }
            return key;
        } catch (IOException | GeneralSecurityException | OperatorCreationException | PKCSException e) {
            throw new IllegalArgumentException("the certificate request cannot be read: " + e.getMessage(), e);
        }
    }
}
