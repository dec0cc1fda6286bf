package vzguard.values;

import java.util.regex.Pattern;

/**
 * Identity of a container on its host: a decimal number from 1 to 2147483644 without leading zeros, or a UUID in lower
 * case (OpenVZ 7). Unique only together with its host. CTIDs sort numbers first, by value, then UUIDs by text.
 *
 * <p>The limit is vzctl's since 3.0.27; 0 is the host itself and no container.
 */
public record Ctid(String text) implements Comparable<Ctid> {
    /** The greatest number that vzctl accepts. */
    public static final long MAX_NUMBER = 2_147_483_644L;

    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,9}");
    private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /** @throws IllegalArgumentException when the text is no CTID; the message says what is permitted */
    public Ctid {
        if (!isValid(text)) {
            throw new IllegalArgumentException("not a CTID: " + Quoted.of(text) + " (permitted: a number from 1 to "
                    + MAX_NUMBER + ", or a UUID)");
        }
    }

    public static boolean isValid(String text) {
        return (NUMBER.matcher(text).matches() && Long.parseLong(text) <= MAX_NUMBER)
                || UUID.matcher(text).matches();
    }

    public boolean isNumber() {
        return text.indexOf('-') < 0;
    }

    /** @throws NumberFormatException when this is a UUID */
    public long number() {
        return Long.parseLong(text);
    }

    @Override
    public int compareTo(Ctid other) {
        if (isNumber() != other.isNumber()) {
            return isNumber() ? -1 : 1;
        }
        return isNumber() ? Long.compare(number(), other.number()) : text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
