package vzguard.enrolment;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;

/**
 * Makes P-256 keys and the PKCS#10 requests (RFC 2986) for them with nothing but the JDK: a cryptography library would
 * weigh more than the rest of the agent.
 */
public final class CsrEncoder {
    /** X.520's upper bound for a common name. */
    private static final int MAX_COMMON_NAME = 64;

    private CsrEncoder() {}

    /** A new P-256 key. */
    public static KeyPair newKey(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot make P-256 keys: " + e.getMessage(), e);
        }
    }

    /**
     * A request, PEM, signed with the key: ecdsa-with-SHA256, no attributes. The controller ignores the subject.
     *
     * @param commonName cut at 64 characters
     */
    public static String request(KeyPair key, String commonName) {
        String name = commonName.length() <= MAX_COMMON_NAME ? commonName : commonName.substring(0, MAX_COMMON_NAME);
        byte[] subject = Der.sequence(Der.setOf(Der.sequence(Der.oid(2, 5, 4, 3), Der.utf8(name))));
        // The encoding of a JDK public key is its SubjectPublicKeyInfo.
        byte[] info = Der.sequence(Der.smallInteger(0), subject, key.getPublic().getEncoded(), Der.emptyContext0());
        byte[] algorithm = Der.sequence(Der.oid(1, 2, 840, 10045, 4, 3, 2));
        byte[] request = Der.sequence(info, algorithm, Der.bitString(signature(key, info)));
        return Pem.encode("CERTIFICATE REQUEST", request);
    }

    private static byte[] signature(KeyPair key, byte[] content) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key.getPrivate());
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot sign with P-256: " + e.getMessage(), e);
        }
    }
}
