package vzguard.controller.identity;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who a certificate speaks for: the URI {@code vzguard://agent/UUID} or {@code vzguard://operator/NAME} among its
 * subject alternative names.
 *
 * @param name UUID of an agent, name of an operator
 */
public record Identity(Role role, String name) {
    private static final int URI_NAME = 6;
    private static final Pattern URI = Pattern.compile("vzguard://(agent|operator)/([A-Za-z0-9._-]{1,63})");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,63}");

    public static Identity agent(String hostId) {
        return new Identity(Role.AGENT, hostId);
    }

    public static Identity operator(String name) {
        return new Identity(Role.OPERATOR, name);
    }

    /** What an operator may be called. */
    public static boolean isValidName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Exactly one such URI, or nobody. */
    static Optional<Identity> of(X509Certificate certificate) {
        Collection<List<?>> names;
        try {
            names = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return Optional.empty();
        }
        if (names == null) {
            return Optional.empty();
        }
        List<String> uris = names.stream()
                .filter(name -> Integer.valueOf(URI_NAME).equals(name.get(0)))
                .map(name -> String.valueOf(name.get(1)))
                .toList();
        if (uris.size() != 1) {
            return Optional.empty();
        }
        Matcher matcher = URI.matcher(uris.get(0));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Role role = matcher.group(1).equals("agent") ? Role.AGENT : Role.OPERATOR;
        return Optional.of(new Identity(role, matcher.group(2)));
    }

    public String uri() {
        return "vzguard://" + role.word() + "/" + name;
    }

    /** For the audit: {@code operator/alice}. */
    @Override
    public String toString() {
        return role.word() + "/" + name;
    }
}
