package vzguard.lab.simulated;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import vzguard.lab.simulated.netfilter.Addresses;
import vzguard.lab.simulated.netfilter.Packet;
import vzguard.lab.simulated.netfilter.Verdict;
import vzguard.values.Ctid;

/**
 * The net between the outside, hosts and VEs: who has which address, and what becomes of a connection attempt on its way
 * through the host's and the VE's rules. Safe for several threads.
 */
public final class SimulatedNetwork {
    static final int SSH = 22;

    private static final String BANNER = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3";
    private static final int TTL = 64;
    /** A kernel sends a SYN that nobody answered again after 1, 3, 7, ... seconds. */
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);

    private record Owner(SimulatedHost host, Optional<Ctid> ve) {}

    private final Map<InetAddress, Owner> owners = new ConcurrentHashMap<>();

    /** What a connection attempt came to. */
    public enum Kind {
        ANSWERED,
        SILENT,
        REFUSED
    }

    /**
     * How an attempt ended.
     *
     * @param detail the banner of who answered, or why nobody did
     */
    public record Connection(Kind kind, String detail) {}

    /**
     * Gives a host an address.
     *
     * @throws IllegalArgumentException when the text is no address
     */
    public void addHost(String address, SimulatedHost host) {
        owners.put(Addresses.of(address), new Owner(host, Optional.empty()));
    }

    /**
     * Gives a VE an address, to be reached through its host.
     *
     * @throws IllegalArgumentException when the text is no address
     */
    public void addVe(String address, SimulatedHost host, Ctid ve) {
        owners.put(Addresses.of(address), new Owner(host, Optional.of(ve)));
    }

    /** The addresses of a host itself, not of its VEs, sorted as text. */
    List<InetAddress> addressesOf(SimulatedHost host) {
        return owners.entrySet().stream()
                .filter(entry ->
                        entry.getValue().host() == host && entry.getValue().ve().isEmpty())
                .map(Map.Entry::getKey)
                .sorted(Comparator.comparing(InetAddress::getHostAddress))
                .toList();
    }

    /**
     * A connection attempt from outside. The destination's host's clock moves on while nobody answers.
     *
     * @throws IllegalArgumentException when an address is none
     */
    public Connection connect(String from, String to, int port, Duration timeout) {
        return connect(Addresses.of(from), Addresses.of(to), port, timeout, "eth0");
    }

    /** @param in the interface by which the packet reaches the host */
    Connection connect(InetAddress from, InetAddress to, int port, Duration timeout, String in) {
        Owner owner = owners.get(to);
        if (owner == null) {
            return new Connection(Kind.SILENT, "timed out after " + timeout.toMillis() + " ms");
        }
        SimulatedHost host = owner.host();
        Duration waited = Duration.ZERO;
        Duration retry = FIRST_RETRY;
        while (true) {
            Verdict verdict = send(owner, from, to, port, in);
            if (verdict == Verdict.ACCEPT) {
                return listens(owner, port)
                        ? new Connection(Kind.ANSWERED, BANNER)
                        : new Connection(Kind.REFUSED, "Connection refused");
            }
            if (verdict == Verdict.REJECT) {
                return new Connection(Kind.REFUSED, "Connection refused");
            }
            if (verdict == Verdict.UNREACHABLE) {
                return new Connection(Kind.REFUSED, "No route to host");
            }
            if (waited.plus(retry).compareTo(timeout) > 0) {
                host.advance(timeout.minus(waited));
                return new Connection(Kind.SILENT, "timed out after " + timeout.toMillis() + " ms");
            }
            host.advance(retry);
            waited = waited.plus(retry);
            retry = retry.multipliedBy(2);
        }
    }

    private static Verdict send(Owner owner, InetAddress from, InetAddress to, int port, String in) {
        SimulatedHost host = owner.host();
        Verdict verdict = owner.ve().isEmpty()
                ? host.netfilter().input(new Packet(from, to, port, in, "", TTL - 1))
                : toVe(host, owner.ve().get(), from, to, port, in);
        host.showProc();
        return verdict;
    }

    private static Verdict toVe(SimulatedHost host, Ctid ctid, InetAddress from, InetAddress to, int port, String in) {
        Verdict passed = host.netfilter().forward(new Packet(from, to, port, in, "venet0", TTL - 1));
        if (passed != Verdict.ACCEPT) {
            return passed;
        }
        Optional<SimulatedVe> ve = host.live(ctid).filter(SimulatedVe::networkUp);
        return ve.isEmpty()
                ? Verdict.DROP
                : ve.get().netfilter().input(new Packet(from, to, port, "venet0", "", TTL - 2));
    }

    private static boolean listens(Owner owner, int port) {
        return owner.ve().isEmpty()
                ? owner.host().ports().contains(port)
                : owner.host()
                        .live(owner.ve().get())
                        .map(ve -> ve.ports().contains(port))
                        .orElse(false);
    }
}
