package vzguard.enrolment;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/** What names a CA in a token: the hex SHA-256 of its SubjectPublicKeyInfo, so that it outlives a renewed certificate. */
public final class CaPin {
    private CaPin() {}

    /** 64 characters, lower case. */
    public static String of(X509Certificate certificate) {
        try {
            // The encoding of a JDK public key is its SubjectPublicKeyInfo.
            byte[] info = certificate.getPublicKey().getEncoded();
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(info));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    /** A CA certificate whose key is the pinned one. */
    public static boolean isPinned(X509Certificate certificate, String pin) {
        return certificate.getBasicConstraints() >= 0 && of(certificate).equals(pin);
    }
}
