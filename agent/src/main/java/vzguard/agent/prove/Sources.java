package vzguard.agent.prove;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;
import vzguard.agent.guard.GuardRules;
import vzguard.agent.model.Family;

/**
 * Source addresses made for proofs: from 198.18.0.0/15, which is set aside for tests of networks, and
 * from the product's own fd00:767a:6775::/48, each in a /64 of its own because IPv6 is counted by /64. Thread safe.
 */
final class Sources {
    private static final String PREFIX_6 = "fd00:767a:6775:";
    /** 198.18.0.0/15 without its first and last 256, where the allowed source is. */
    private static final int FIRST_4 = 256;

    private static final int LAST_4 = (1 << 17) - 256;
    /** Far more than any guard still has in a list of 100, far less than there are. */
    private static final int REMEMBERED = 10_000;

    /** /64s without the last, where the allowed source is. */
    private static final int LAST_6 = 0xfffe;

    private final RandomGenerator random;
    private final Set<String> given = new HashSet<>();

    Sources(RandomGenerator random) {
        this.random = random;
    }

    /** An address that was not given for a long time. */
    synchronized String fresh(Family family) {
        if (given.size() >= REMEMBERED) {
            given.clear();
        }
        String address;
        do {
            address = family == Family.V4 ? any4() : any6();
        } while (!given.add(address));
        return address;
    }

    /** The source that every guard exempts. */
    static String allowed(Family family) {
        return family == Family.V4 ? GuardRules.PROOF_ALLOWED_4 : GuardRules.PROOF_ALLOWED_6;
    }

    /** As the address stands in a guard's list: IPv6 as its /64. */
    static String listed(Family family, String address) {
        return family == Family.V4 ? address : address.substring(0, address.length() - "1".length());
    }

    private String any4() {
        int number = random.nextInt(FIRST_4, LAST_4);
        return "198." + (18 + (number >>> 16)) + "." + (number >>> 8 & 0xff) + "." + (number & 0xff);
    }

    private String any6() {
        return PREFIX_6 + Integer.toHexString(random.nextInt(1, LAST_6)).toLowerCase(Locale.ROOT) + "::1";
    }
}
