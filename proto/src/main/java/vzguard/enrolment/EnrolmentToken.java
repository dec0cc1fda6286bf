package vzguard.enrolment;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A one-time permission to ask for a certificate, as text {@code vzg1.ID.SECRET.CAPIN}.
 *
 * <p>{@link #toString} leaves the secret out, so that a token cannot slip into a log; {@link #text} is what is sent.
 *
 * @param id public name of the token, for the audit
 * @param secret what proves that the bearer may enrol
 * @param caPin hex SHA-256 of the SubjectPublicKeyInfo of the controller's CA, lower case: the token is sent only to a
 *     server whose certificate verifies to that CA
 */
public record EnrolmentToken(String id, String secret, String caPin) {
    private static final Pattern SHAPE =
            Pattern.compile("vzg1\\.([A-Za-z0-9_-]{1,64})\\.([A-Za-z0-9_-]{16,128})\\.([0-9a-f]{64})");

    /**
     * Reads the text form; blanks and line ends around it are permitted.
     *
     * @throws IllegalArgumentException when it is no token; the message never contains the text
     */
    public static EnrolmentToken parse(String text) {
        Matcher matcher = SHAPE.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not an enrolment token (expected one line, vzg1.ID.SECRET.CAPIN, as"
                    + " printed by the controller; " + text.strip().length() + " characters were given)");
        }
        return new EnrolmentToken(matcher.group(1), matcher.group(2), matcher.group(3));
    }

    /** The form that is handed over and sent. Secret. */
    public String text() {
        return "vzg1." + id + "." + secret + "." + caPin;
    }

    @Override
    public String toString() {
        return "vzg1." + id + ".(secret)." + caPin;
    }
}
