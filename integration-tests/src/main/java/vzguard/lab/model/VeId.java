package vzguard.lab.model;

import java.util.Locale;
import java.util.Optional;
import vzguard.values.Ctid;

/**
 * What vzctl takes for a VE: a number, 0 (the host itself), or since OpenVZ 7 a UUID. Numbers come first, by value.
 *
 * @param text without leading zeros, a UUID in lower case without braces
 */
record VeId(String text) implements Comparable<VeId> {
    static final VeId HOST = new VeId("0");

    private static final String UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

    static VeId of(Ctid ctid) {
        return new VeId(ctid.text());
    }

    /** A number as strtol reads it, blanks before and zeros in front do not count; empty for what is none, or is no VE's. */
    static Optional<VeId> number(String given) {
        if (!looksLikeNumber(given)) {
            return Optional.empty();
        }
        long number = Long.parseLong(given.stripLeading());
        return number < 0 || number > Ctid.MAX_NUMBER ? Optional.empty() : Optional.of(new VeId(Long.toString(number)));
    }

    /** Whether strtol reads all of it. */
    static boolean looksLikeNumber(String given) {
        return given.stripLeading().matches("[-+]?[0-9]{1,18}");
    }

    /** A UUID, in braces or without, in large or small letters (facts.md 1.7). */
    static Optional<VeId> uuid(String given) {
        String bare = given.matches("\\{.*}") ? given.substring(1, given.length() - 1) : given;
        String lower = bare.toLowerCase(Locale.ROOT);
        return lower.matches(UUID) ? Optional.of(new VeId(lower)) : Optional.empty();
    }

    boolean isHost() {
        return equals(HOST);
    }

    boolean isNumber() {
        return text.indexOf('-') < 0;
    }

    /** @throws IllegalArgumentException for the host */
    Ctid ctid() {
        return new Ctid(text);
    }

    @Override
    public int compareTo(VeId other) {
        return isHost() || other.isHost() ? Boolean.compare(other.isHost(), isHost()) : ctid().compareTo(other.ctid());
    }

    @Override
    public String toString() {
        return text;
    }
}
