package vzguard.agent.tools;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.model.Place;
import vzguard.values.Cidr;

/** Who is connected to ports of a place now, as its kernel lists connections ({@code /proc/net/tcp}, {@code tcp6}). */
public final class SshPeers {
    /** Prints the established connections to the ports named, four hex digits each. Read by the VE's shell. */
    public static final String SHOW =
            "for port; do grep -h \" [0-9A-F]*:$port [0-9A-F]*:[0-9A-F]* 01 \" /proc/net/tcp /proc/net/tcp6 2>/dev/null;"
                    + " done; exit 0";

    private static final List<String> TABLES = List.of("/proc/net/tcp", "/proc/net/tcp6");

    /** States that a connection reaches only when it was answered and the answer was (include/net/tcp_states.h). */
    private static final Pattern ANSWERED =
            Pattern.compile("\\s*\\d+: [0-9A-F]+:([0-9A-F]{4}) ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) 0[145689] .*");

    private static final Pattern CONNECTION =
            Pattern.compile("\\s*\\d+: [0-9A-F]+:([0-9A-F]{4}) ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) 01 .*");

    private final PlacePrograms programs;
    private final HostFiles files;

    public SshPeers(CommandRunner runner, HostFiles files) {
        this.programs = new PlacePrograms(runner);
        this.files = files;
    }

    /** Their addresses, each once. What cannot be read tells of nobody. */
    public List<Cidr> of(Place place, List<Integer> ports) {
        List<String> hex = hex(ports);
        List<String> lines = new ArrayList<>();
        if (place.inside().isPresent()) {
            List<String> argv = new ArrayList<>(List.of("sh", "-c", SHOW, "sh"));
            argv.addAll(hex);
            programs.run(place, "", argv.toArray(new String[0])).out().lines().forEach(lines::add);
        } else {
            TABLES.forEach(
                    name -> files.read(name).ifPresent(text -> text.lines().forEach(lines::add)));
        }
        return read(lines, hex);
    }

    /** Connections to ports of the host that stand or just ended, by their other ends: "ADDRESS PORT", as sshd tells a login. */
    public List<String> ofHost(List<Integer> ports) {
        List<String> hex = hex(ports);
        TreeSet<String> ends = new TreeSet<>();
        for (String name : TABLES) {
            files.read(name)
                    .ifPresent(text -> text.lines().forEach(line -> {
                        Matcher connection = ANSWERED.matcher(line);
                        if (connection.matches() && hex.contains(connection.group(1))) {
                            address(connection.group(2))
                                    .ifPresent(peer -> ends.add(
                                            peer.getHostAddress() + " " + Integer.parseInt(connection.group(3), 16)));
                        }
                    }));
        }
        return List.copyOf(ends);
    }

    private static List<String> hex(List<Integer> ports) {
        return ports.stream()
                .map(port -> String.format(Locale.ROOT, "%04X", port))
                .toList();
    }

    static List<Cidr> read(List<String> lines, List<String> ports) {
        TreeSet<Cidr> peers = new TreeSet<>();
        for (String line : lines) {
            Matcher connection = CONNECTION.matcher(line);
            if (connection.matches() && ports.contains(connection.group(1))) {
                address(connection.group(2))
                        .filter(peer -> !peer.isLoopbackAddress())
                        .map(peer -> Cidr.parse(peer.getHostAddress()))
                        .ifPresent(peers::add);
            }
        }
        return List.copyOf(peers);
    }

    /** The kernel prints an address as words of the machine's byte order. A mapped IPv4 address is one of IPv4. */
    private static Optional<InetAddress> address(String hex) {
        ByteBuffer bytes = ByteBuffer.allocate(hex.length() / 2).order(ByteOrder.nativeOrder());
        for (int at = 0; at < hex.length(); at += 8) {
            bytes.putInt(Integer.parseUnsignedInt(hex.substring(at, at + 8), 16));
        }
        try {
            return Optional.of(InetAddress.getByAddress(bytes.array()));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
