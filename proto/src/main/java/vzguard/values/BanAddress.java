package vzguard.values;

import java.net.InetAddress;

/**
 * What one ban blocks: an IPv4 address, or a network of 64 bits of IPv6, by which guards count. Only literal addresses are
 * read; no name is ever looked up. Bans sort IPv4 first, then by address.
 *
 * @param network a single IPv4 address, or an IPv6 block of /64; never loopback, unspecified or multicast
 */
public record BanAddress(Cidr network) implements Comparable<BanAddress> {
    private static final int FOUR = 32;
    private static final int SIX = 64;
    private static final String PERMITTED =
            "permitted: IPv4 or IPv6 addresses, and IPv6 blocks of /64; no names, and no"
                    + " loopback, unspecified or multicast address";
    /** What a guard would block together with the loopback, since it counts networks. */
    private static final Cidr SPECIAL = Cidr.parse("::/64");

    /** @throws IllegalArgumentException saying what is wrong and what is permitted */
    public BanAddress {
        if (network.prefix() != length(network.family())) {
            throw new IllegalArgumentException(Quoted.of(network.toString()) + " is a block (" + PERMITTED + ")");
        }
        refuseSpecial(network.toString(), network.network(), network);
    }

    /**
     * Reads {@code 192.0.2.7}, {@code 2001:db8::7} or {@code 2001:db8::/64}; the last two are the same ban.
     *
     * @throws IllegalArgumentException saying what is wrong and what is permitted
     */
    public static BanAddress parse(String text) {
        int slash = text.indexOf('/');
        InetAddress address = Cidr.address(text, slash < 0 ? text : text.substring(0, slash), PERMITTED);
        int family = Cidr.around(address, 0).family();
        Cidr network = Cidr.around(address, length(family));
        if (slash >= 0) {
            if (family == 4 || !text.substring(slash).equals("/" + SIX)) {
                throw new IllegalArgumentException(Quoted.of(text) + " is a block (" + PERMITTED + ")");
            }
            // One of the two was meant, and its message names both.
            network = Cidr.parse(text);
        }
        refuseSpecial(text, address, network);
        return new BanAddress(network);
    }

    private static void refuseSpecial(String text, InetAddress address, Cidr network) {
        String kind = "";
        if (address.isLoopbackAddress()) {
            kind = "a loopback address";
        } else if (address.isAnyLocalAddress()) {
            kind = "the unspecified address";
        } else if (address.isMulticastAddress()) {
            kind = "a multicast address";
        } else if (network.equals(SPECIAL)) {
            kind = "in the network of the loopback address";
        }
        if (!kind.isEmpty()) {
            throw new IllegalArgumentException(Quoted.of(text) + " is " + kind + " (" + PERMITTED + ")");
        }
    }

    private static int length(int family) {
        return family == 4 ? FOUR : SIX;
    }

    /** One address that stands for this ban, without a prefix length: the first of the network. */
    public String first() {
        return Cidr.around(network.network(), network.family() == 4 ? FOUR : 2 * SIX)
                .toString();
    }

    @Override
    public int compareTo(BanAddress other) {
        return network.compareTo(other.network);
    }

    /** {@code 192.0.2.7} or {@code 2001:db8::/64}. {@link #parse} reads it back. */
    @Override
    public String toString() {
        return network.toString();
    }
}
