package vzguard.controller.identity;

import java.util.Locale;

/** What a caller is. */
public enum Role {
    /** Anybody, with or without a certificate. */
    NONE,
    /** The agent of one host. */
    AGENT,
    /** A person, or a program that acts for one. */
    OPERATOR;

    /** As in certificates and tables: lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
