package vzguard.values;

import com.google.common.net.InetAddresses;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A block of IPv4 or IPv6 addresses, or one address, in canonical form: no host bit is set. Only literal addresses are
 * read; no name is ever looked up. Blocks sort IPv4 first, then by address, then from wide to narrow.
 */
public final class Cidr implements Comparable<Cidr> {
    // Guava would also take digits of other scripts and interface scopes, which no iptables takes.
    private static final Pattern ADDRESS = Pattern.compile("[0-9A-Fa-f:.]{2,45}");
    private static final String PERMITTED =
            "permitted: IPv4 or IPv6 addresses and CIDR blocks, as 192.0.2.0/24 or 2001:db8::/32; no names";
    private static final Pattern PREFIX = Pattern.compile("0|[1-9][0-9]{0,2}");

    private final InetAddress network;
    private final int prefix;

    private Cidr(InetAddress network, int prefix) {
        this.network = network;
        this.prefix = prefix;
    }

    /**
     * Reads {@code 192.0.2.0/24}, {@code 192.0.2.7}, {@code 2001:db8::/32} or {@code 2001:db8::1}.
     *
     * @throws IllegalArgumentException saying what is wrong and what is permitted
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String addressText = slash < 0 ? text : text.substring(0, slash);
        InetAddress address = address(text, addressText, PERMITTED);
        int longest = address.getAddress().length * 8;
        int prefix = slash < 0 ? longest : prefix(text, text.substring(slash + 1), longest);
        InetAddress network = network(address, prefix);
        if (!network.equals(address)) {
            throw new IllegalArgumentException(Quoted.of(text) + " has bits set beyond its prefix (the block is "
                    + new Cidr(network, prefix) + ", the one address " + new Cidr(address, longest) + ")");
        }
        return new Cidr(network, prefix);
    }

    /** The block of that length around an address. */
    static Cidr around(InetAddress address, int prefix) {
        return new Cidr(network(address, prefix), prefix);
    }

    /**
     * Reads one literal address.
     *
     * @param whole what a fault repeats
     * @param permitted what a fault says is permitted
     */
    static InetAddress address(String whole, String text, String permitted) {
        if (ADDRESS.matcher(text).matches() && InetAddresses.isInetAddress(text)) {
            InetAddress address = InetAddresses.forString(text);
            if (address instanceof Inet4Address && text.indexOf(':') >= 0) {
                throw new IllegalArgumentException(Quoted.of(whole) + " is an IPv4 address in IPv6 clothes (write "
                        + address.getHostAddress() + ")");
            }
            return address;
        }
        throw new IllegalArgumentException(Quoted.of(whole) + " is no address (" + permitted + ")");
    }

    private static int prefix(String whole, String text, int longest) {
        if (PREFIX.matcher(text).matches() && Integer.parseInt(text) <= longest) {
            return Integer.parseInt(text);
        }
        throw new IllegalArgumentException(Quoted.of(whole) + " has no valid prefix length (permitted: 0-" + longest
                + " for IPv" + (longest == 32 ? 4 : 6) + ")");
    }

    private static InetAddress network(InetAddress address, int prefix) {
        byte[] bytes = address.getAddress();
        for (int bit = prefix; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
        }
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("4 or 16 bytes are always an address", impossible);
        }
    }

    /** 4 or 6. */
    public int family() {
        return network instanceof Inet4Address ? 4 : 6;
    }

    /** Length of the prefix in bits: 0-32 or 0-128. */
    public int prefix() {
        return prefix;
    }

    /** The first address of the block. */
    public InetAddress network() {
        return network;
    }

    /** Whether this is one address and no block. */
    public boolean isSingle() {
        return prefix == 8 * network.getAddress().length;
    }

    /** Whether all of a block is in this one; a block of the other family never is. */
    public boolean contains(Cidr other) {
        return prefix <= other.prefix && contains(other.network);
    }

    /** Whether the address is in this block; an address of the other family never is. */
    public boolean contains(InetAddress address) {
        return address.getAddress().length == network.getAddress().length
                && network(address, prefix).equals(network);
    }

    @Override
    public int compareTo(Cidr other) {
        if (family() != other.family()) {
            return Integer.compare(family(), other.family());
        }
        int byAddress = Arrays.compareUnsigned(network.getAddress(), other.network.getAddress());
        return byAddress != 0 ? byAddress : Integer.compare(prefix, other.prefix);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Cidr that && prefix == that.prefix && network.equals(that.network);
    }

    @Override
    public int hashCode() {
        return 31 * network.hashCode() + prefix;
    }

    /** The canonical text (RFC 5952 for IPv6); a single address has no prefix length. {@link #parse} reads it back. */
    @Override
    public String toString() {
        String address = InetAddresses.toAddrString(network);
        return prefix == network.getAddress().length * 8 ? address : address + "/" + prefix;
    }
}
