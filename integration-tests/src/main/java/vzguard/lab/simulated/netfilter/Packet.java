package vzguard.lab.simulated.netfilter;

import java.net.InetAddress;

/**
 * The first packet of a TCP connection (a SYN) as one place sees it.
 *
 * @param in the interface it comes in by
 * @param out the interface it will leave by; empty when it is for this place
 * @param ttl its time to live here
 */
public record Packet(InetAddress from, InetAddress to, int port, String in, String out, int ttl) {
    boolean isIpv6() {
        return from.getAddress().length == 16;
    }
}
