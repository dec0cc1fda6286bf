package vzguard.lab.simulated.netfilter;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * The mask of a list of xt_recent: 16 bytes for both families. An IPv4 mask that was given fills the first four only, so IPv6
 * addresses in such a list are cut to 32 bits; the default fills all.
 */
record RecentMask(byte[] bits) {
    private static final int BYTES = 16;

    /** The mask of a canonical {@code recent} match. */
    static RecentMask of(Extension match) {
        byte[] bits = new byte[BYTES];
        Option given = match.option("--mask").orElseThrow();
        if (given.implied()) {
            Arrays.fill(bits, (byte) 0xFF);
        } else {
            byte[] first = Addresses.of(given.argument()).getAddress();
            System.arraycopy(first, 0, bits, 0, first.length);
        }
        return new RecentMask(bits);
    }

    /** The address with the bits outside of the mask set to 0. */
    InetAddress apply(InetAddress address) {
        byte[] bytes = address.getAddress();
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] &= bits[i];
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
