package vzguard.agent.prove;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;

/**
 * The network of a proof: a namespace that holds the sources, joined to the host by a pair of interfaces, with a host
 * route to each source. Neighbours are entered by hand, so nothing waits for ARP, neighbour discovery or duplicate address
 * detection. Everything is named {@code vzgpXXXX}; deleting the namespace takes the interfaces and routes along.
 */
final class ProbeNetwork implements AutoCloseable {
    private static final Pattern OWN = Pattern.compile("vzgp[0-9a-f]{4}");
    private static final String OUTER_MAC = "02:76:7a:67:00:01";
    private static final String INNER_MAC = "02:76:7a:67:00:02";
    /** Next hops that exist only as neighbour entries. */
    private static final String NEXT_HOP_4 = "198.19.255.253";

    private static final String NEXT_HOP_6 = "fe80::76";

    private final CommandRunner runner;
    private final String name;

    private ProbeNetwork(CommandRunner runner, String name) {
        this.runner = runner;
        this.name = name;
    }

    /** What came of building one: a network, or why there is none. */
    record Built(CommandRunner runner, Optional<ProbeNetwork> network, String problem) {
        /**
         * Joins the namespace to the host. Where another stands in the way that no process is in any more (its prover was
         * killed), that one is deleted first; one that is in use is left alone.
         *
         * @param sources addresses of both families that connections will be made from
         */
        Built join(List<String> sources, RandomGenerator random) {
            Built first = joinOnce(sources);
            return first.network().isEmpty() && deletedAbandoned(runner)
                    ? create(runner, random).joinOnce(sources)
                    : first;
        }

        private Built joinOnce(List<String> sources) {
            return network.map(made -> made.joined(sources)).orElse(this);
        }
    }

    /** Makes a namespace that is joined to nothing yet. */
    static Built create(CommandRunner runner, RandomGenerator random) {
        String name = "vzgp" + String.format(Locale.ROOT, "%04x", random.nextInt(1 << 16));
        CommandResult added = runner.run(Command.of("ip", "netns", "add", name));
        if (!added.succeeded()) {
            return new Built(runner, Optional.empty(), "ip netns add: " + added.explain());
        }
        return new Built(runner, Optional.of(new ProbeNetwork(runner, name)), "");
    }

    private Built joined(List<String> sources) {
        CommandResult outer = runner.run(Command.of("ip", "-batch", "-").withStdin(outside(sources)));
        if (!outer.succeeded()) {
            close();
            return new Built(runner, Optional.empty(), "ip -batch on the host: " + outer.explain());
        }
        CommandResult inner = runner.run(
                Command.of("ip", "netns", "exec", name, "ip", "-batch", "-").withStdin(inside(sources)));
        if (!inner.succeeded()) {
            close();
            return new Built(runner, Optional.empty(), "ip -batch in the proof's namespace: " + inner.explain());
        }
        return new Built(runner, Optional.of(this), "");
    }

    /** Deletes what agents that were killed left behind. Call when no proof runs. */
    static void cleanLeftovers(CommandRunner runner) {
        all(runner).forEach(ProbeNetwork::close);
    }

    private static boolean deletedAbandoned(CommandRunner runner) {
        List<ProbeNetwork> abandoned =
                all(runner).stream().filter(ProbeNetwork::isAbandoned).toList();
        abandoned.forEach(ProbeNetwork::close);
        return !abandoned.isEmpty();
    }

    private static List<ProbeNetwork> all(CommandRunner runner) {
        return runner.run(Command.of("ip", "netns", "list"))
                .out()
                .lines()
                .map(line -> line.strip().split("\\s", 2)[0])
                .filter(name -> OWN.matcher(name).matches())
                .map(name -> new ProbeNetwork(runner, name))
                .toList();
    }

    private boolean isAbandoned() {
        CommandResult processes = runner.run(Command.of("ip", "netns", "pids", name));
        return processes.succeeded() && processes.out().isBlank();
    }

    /** Runs a program in the namespace. */
    CommandResult run(Command command) {
        List<String> argv = new ArrayList<>(List.of("ip", "netns", "exec", name));
        argv.addAll(command.argv());
        return runner.run(new Command(argv, command.stdin(), command.deadline(), command.outputLimit()));
    }

    @Override
    public void close() {
        // The kernel takes a namespace down some time after its name; the interface is to be gone now.
        runner.run(Command.of("ip", "link", "delete", outer()));
        runner.run(Command.of("ip", "netns", "delete", name));
    }

    private String outside(List<String> sources) {
        StringBuilder batch = new StringBuilder()
                .append("link add name " + outer() + " address " + OUTER_MAC + " type veth peer name " + inner()
                        + " address " + INNER_MAC + "\n")
                .append("link set dev " + inner() + " netns " + name + "\n")
                .append("link set dev " + outer() + " up\n");
        for (String source : sources) {
            batch.append("route add " + single(source) + " dev " + outer() + "\n")
                    .append("neigh replace " + source + " lladdr " + INNER_MAC + " dev " + outer()
                            + " nud permanent\n");
        }
        return batch.toString();
    }

    private String inside(List<String> sources) {
        StringBuilder batch = new StringBuilder("link set dev lo up\n").append("link set dev " + inner() + " up\n");
        for (String source : sources) {
            batch.append("addr add " + single(source) + " dev " + inner() + (isV6(source) ? " nodad" : "") + "\n");
        }
        if (sources.stream().anyMatch(source -> !isV6(source))) {
            hop(batch, "0.0.0.0/0", NEXT_HOP_4);
        }
        if (sources.stream().anyMatch(ProbeNetwork::isV6)) {
            hop(batch, "::/0", NEXT_HOP_6);
        }
        return batch.toString();
    }

    private void hop(StringBuilder batch, String all, String via) {
        batch.append("neigh replace " + via + " lladdr " + OUTER_MAC + " dev " + inner() + " nud permanent\n")
                .append("route add " + all + " via " + via + " dev " + inner() + " onlink\n");
    }

    private String outer() {
        return name + "h";
    }

    private String inner() {
        return name + "n";
    }

    private static String single(String address) {
        return address + (isV6(address) ? "/128" : "/32");
    }

    private static boolean isV6(String address) {
        return address.indexOf(':') >= 0;
    }
}
