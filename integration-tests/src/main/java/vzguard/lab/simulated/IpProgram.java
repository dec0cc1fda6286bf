package vzguard.lab.simulated;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import vzguard.lab.simulated.netfilter.Addresses;
import vzguard.lab.simulated.shell.Outcome;
import vzguard.lab.simulated.shell.Programs;

/**
 * {@code ip} as far as a proof needs it: named namespaces, their addresses, and programs in them, of which the probe's
 * connections go through the simulated network. Links, routes and neighbours are accepted and mean nothing.
 */
final class IpProgram {
    /** The agent's program that makes a proof's connections. */
    private static final String PROBE = "vzguard.agent.prove.ProbeMain";

    private final SimulatedNetwork network;
    private final Programs programs;
    private final Supplier<List<InetAddress>> ownAddresses;
    private final Map<String, Set<InetAddress>> namespaces = new TreeMap<>();

    IpProgram(SimulatedNetwork network, Programs programs, Supplier<List<InetAddress>> ownAddresses) {
        this.network = network;
        this.programs = programs;
        this.ownAddresses = ownAddresses;
    }

    Outcome run(List<String> arguments, String stdin) {
        if (arguments.size() >= 2 && arguments.get(0).equals("netns")) {
            return namespace(arguments.get(1), arguments.subList(2, arguments.size()), stdin);
        }
        if (arguments.equals(List.of("-batch", "-"))) {
            return batch(stdin, "");
        }
        if (arguments.equals(List.of("-o", "addr", "show", "scope", "global"))) {
            return globalAddresses();
        }
        return link(arguments);
    }

    private Outcome globalAddresses() {
        StringBuilder lines = new StringBuilder();
        for (InetAddress address : ownAddresses.get()) {
            boolean ipv6 = address instanceof Inet6Address;
            lines.append("2: eth0    ")
                    .append(ipv6 ? "inet6 " : "inet ")
                    .append(address.getHostAddress())
                    .append(ipv6 ? "/64" : "/16")
                    .append(" scope global eth0\\       valid_lft forever preferred_lft forever\n");
        }
        return Outcome.printed(lines.toString());
    }

    private Outcome link(List<String> arguments) {
        boolean deletes = arguments.size() == 3
                && arguments.get(0).equals("link")
                && List.of("delete", "del").contains(arguments.get(1));
        if (deletes && !exists(arguments.get(2).replaceAll("[hn]$", ""))) {
            return Outcome.failed(1, "Cannot find device \"" + arguments.get(2) + "\"");
        }
        return List.of("link", "addr", "address", "route", "neigh", "-4", "-6", "-br", "-o")
                        .contains(arguments.isEmpty() ? "" : arguments.get(0))
                ? Outcome.OK
                : Outcome.failed(255, "Object \"" + String.join(" ", arguments) + "\" is unknown, try \"ip help\".");
    }

    private synchronized boolean exists(String name) {
        return namespaces.containsKey(name);
    }

    private Outcome namespace(String action, List<String> words, String stdin) {
        synchronized (this) {
            switch (action) {
                case "list" -> {
                    return Outcome.printed(String.join(
                            "",
                            namespaces.keySet().stream()
                                    .map(each -> each + "\n")
                                    .toList()));
                }
                case "add" -> {
                    boolean fresh = namespaces.putIfAbsent(words.get(0), ConcurrentHashMap.newKeySet()) == null;
                    return fresh
                            ? Outcome.OK
                            : Outcome.failed(
                                    1, "Cannot create namespace file \"/run/netns/" + words.get(0) + "\": File exists");
                }
                case "delete", "del" -> {
                    return namespaces.remove(words.get(0)) != null
                            ? Outcome.OK
                            : Outcome.failed(
                                    1,
                                    "Cannot remove namespace file \"/run/netns/" + words.get(0)
                                            + "\": No such file or directory");
                }
                default -> {}
            }
        }
        String name = words.isEmpty() ? "" : words.get(0);
        if (!action.equals("exec") || words.size() < 2 || !exists(name)) {
            return Outcome.failed(255, "Cannot open network namespace \"" + name + "\": No such file or directory");
        }
        List<String> command = words.subList(1, words.size());
        if (command.contains(PROBE)) {
            return probe(name, stdin);
        }
        if (command.equals(List.of("ip", "-batch", "-"))) {
            return batch(stdin, name);
        }
        return programs.run(command, stdin)
                .orElseGet(() ->
                        Outcome.failed(255, "exec of \"" + command.get(0) + "\" failed: No such file or directory"));
    }

    /** @param name the namespace in which it runs; empty for the host's own */
    private Outcome batch(String lines, String name) {
        for (String line : lines.lines().toList()) {
            List<String> words = List.of(line.strip().split(" +"));
            if (words.size() >= 3
                    && words.get(0).startsWith("addr")
                    && words.get(1).equals("add")) {
                Optional<InetAddress> address = Addresses.parse(words.get(2).replaceAll("/.*", ""));
                if (address.isEmpty()) {
                    return Outcome.failed(
                            1, "Error: any valid prefix is expected rather than \"" + words.get(2) + "\".");
                }
                addresses(name).add(address.get());
            }
        }
        return Outcome.OK;
    }

    private synchronized Set<InetAddress> addresses(String name) {
        return namespaces.getOrDefault(name, ConcurrentHashMap.newKeySet());
    }

    private Outcome probe(String name, String stdin) {
        StringBuilder out = new StringBuilder();
        for (String line : stdin.lines().toList()) {
            String[] words = line.split(" ", -1);
            if (words.length == 5) {
                out.append(words[0]).append(' ').append(attempt(name, words)).append('\n');
            } else if (!line.equals("lane")) {
                return Outcome.failed(1, "not NUMBER FROM TO PORT TIMEOUT_MS: " + line);
            }
        }
        return Outcome.printed(out.toString());
    }

    private String attempt(String name, String[] words) {
        InetAddress from = Addresses.of(words[1]);
        if (!addresses(name).contains(from)) {
            return "refused Cannot assign requested address";
        }
        SimulatedNetwork.Connection connection = network.connect(
                from,
                Addresses.of(words[2]),
                Integer.parseInt(words[3]),
                Duration.ofMillis(Long.parseLong(words[4])),
                name + "h");
        return connection.kind().name().toLowerCase(Locale.ROOT) + " " + connection.detail();
    }
}
