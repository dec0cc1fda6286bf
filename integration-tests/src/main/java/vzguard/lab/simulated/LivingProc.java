package vzguard.lab.simulated;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import vzguard.lab.model.KernelLine;
import vzguard.lab.model.NetfilterRights;
import vzguard.lab.simulated.netfilter.KernelTime;
import vzguard.lab.simulated.netfilter.Netfilter;
import vzguard.lab.simulated.shell.PlaceFiles;

/** The parts of {@code /proc} of one place that change by themselves. */
final class LivingProc implements PlaceFiles.Proc {
    private static final int MILLIS_PER_TICK = 10;
    private static final int PROCESSORS = 2;
    private static final int FIRST_PORT = 40_000;
    private static final String SOCKETS_HEADER =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

    private final Netfilter netfilter;
    private final String recent;
    private final SimulatedClock clock;
    private final long bootedAt;
    private final long initStartedAt;
    private final Supplier<SortedSet<Integer>> ports;
    private final Supplier<List<InetAddress>> peers;
    private final Optional<KernelTime> timers;

    /**
     * @param bootedAt when the host's kernel started, by its clock in milliseconds
     * @param initStartedAt when this place's init started
     * @param peers who is connected to port 22
     * @param timers the time that {@code timer_list} tells; empty for a VE, which has no such file
     */
    LivingProc(
            Netfilter netfilter,
            SimulatedClock clock,
            long bootedAt,
            long initStartedAt,
            Supplier<SortedSet<Integer>> ports,
            Supplier<List<InetAddress>> peers,
            Optional<KernelTime> timers) {
        this.netfilter = netfilter;
        this.recent = netfilter.generation().kernel().recentFolder();
        this.clock = clock;
        this.bootedAt = bootedAt;
        this.initStartedAt = initStartedAt;
        this.ports = ports;
        this.peers = peers;
        this.timers = timers;
    }

    @Override
    public Optional<String> read(String path) {
        NetfilterRights rights = netfilter.rights();
        if (path.startsWith(recent + "/")) {
            return netfilter.recentText(path.substring(recent.length() + 1));
        }
        return switch (path) {
            case "/proc/net/ip_tables_matches" -> names(rights.ipv4(), rights.ipv4().matches().loaded().stream());
            case "/proc/net/ip_tables_targets" ->
                names(rights.ipv4(), Stream.concat(Stream.of("ERROR"), rights.ipv4().targets().loaded().stream()));
            case "/proc/net/ip_tables_names" -> names(rights.ipv4(), netfilter.tableNames(false).stream());
            case "/proc/net/ip6_tables_matches" -> names(rights.ipv6(), rights.ipv6().matches().loaded().stream());
            case "/proc/net/ip6_tables_targets" ->
                names(rights.ipv6(), Stream.concat(Stream.of("ERROR"), rights.ipv6().targets().loaded().stream()));
            case "/proc/net/ip6_tables_names" -> names(rights.ipv6(), netfilter.tableNames(true).stream());
            case "/proc/net/nf_conntrack", "/proc/net/ip_conntrack" ->
                connections(path, rights.ipv4().matches());
            case "/proc/net/tcp" -> Optional.of(sockets("00000000"));
            case "/proc/net/tcp6" -> Optional.of(sockets("00000000000000000000000000000000"));
            case "/proc/net/if_inet6" -> Optional.of("00000000000000000000000000000001 01 80 10 80       lo\n");
            case "/proc/uptime" -> Optional.of(String.format("%.2f %.2f\n", uptime(), uptime()));
            case "/proc/timer_list" -> timers.map(time -> time.timerList(PROCESSORS));
            case "/proc/1/stat" -> Optional.of(stat());
            default -> Optional.empty();
        };
    }

    /** Where a place has connection tracking, and only there, it is shown its table (facts.md 4.3). */
    private Optional<String> connections(String path, NetfilterRights.Grants matches) {
        boolean tracked = Stream.of("state", "conntrack")
                .anyMatch(match ->
                        matches.permitted().contains(match) && !matches.blind().contains(match));
        boolean old = netfilter.generation().kernel() == KernelLine.RHEL5;
        return tracked && path.endsWith(old ? "/ip_conntrack" : "/nf_conntrack") ? Optional.of("") : Optional.empty();
    }

    /** Where iptables may not be used at all, these files do not exist. */
    private static Optional<String> names(NetfilterRights.Family family, Stream<String> names) {
        String text = names.map(name -> name + "\n").collect(Collectors.joining());
        return family.tables().loaded().isEmpty() && family.matches().loaded().isEmpty()
                ? Optional.empty()
                : Optional.of(text);
    }

    private double uptime() {
        return (clock.millis() - bootedAt) / 1000.0;
    }

    private String sockets(String any) {
        StringBuilder text = new StringBuilder(SOCKETS_HEADER);
        int line = 0;
        for (int port : ports.get()) {
            text.append(String.format(
                    "%4d: %s:%04X %s:0000 0A 00000000:00000000 00:00000000 00000000     0        0 %d 1\n",
                    line++, any, port, any, 1000 + port));
        }
        for (InetAddress peer : peers.get()) {
            String hex = hex(peer);
            if (hex.length() == any.length()) {
                text.append(String.format(
                        "%4d: %s:0016 %s:%04X 01 00000000:00000000 02:00000000 00000000     0        0 %d 2\n",
                        line++, any, hex, FIRST_PORT + line, 2000 + line));
            }
        }
        return text.toString();
    }

    /** As the kernel prints it: words of the machine's byte order. */
    private static String hex(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress()).order(ByteOrder.nativeOrder());
        StringBuilder hex = new StringBuilder();
        while (bytes.hasRemaining()) {
            hex.append(String.format("%08X", bytes.getInt()));
        }
        return hex.toString();
    }

    private String stat() {
        long ticks = (initStartedAt - bootedAt) / MILLIS_PER_TICK;
        return "1 (init) S 0 1 1 0 -1 4194560 1000 10000 10 20 5 10 20 30 20 0 1 0 " + ticks + " 2461696 180\n";
    }

    @Override
    public Optional<List<String>> list(String path) {
        return path.equals(recent)
                        && netfilter.rights().ipv4().matches().loaded().contains("recent")
                ? Optional.of(List.copyOf(netfilter.recentLists()))
                : Optional.empty();
    }

    @Override
    public Optional<String> write(String path, String text) {
        if (!path.startsWith(recent + "/")) {
            return Optional.empty();
        }
        return Optional.of(netfilter.writeRecent(path.substring(recent.length() + 1), text));
    }
}
