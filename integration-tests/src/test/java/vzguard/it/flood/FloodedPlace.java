package vzguard.it.flood;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.ProcessRunner;

/**
 * Two network namespaces and a cable between them: the place that is guarded, and those outside who send. Nothing of the
 * machine's own network is touched, and both are gone when this is closed or the JVM ends.
 */
final class FloodedPlace implements AutoCloseable {
    static final String ADDRESS = "198.51.100.1";
    static final String BANNED = "198.51.100.66";

    private static final String NETWORK = "/24";
    private final CommandRunner machine;
    private final String name = "vzgf" + ProcessHandle.current().pid();
    private final String outside = name + "o";
    private final Thread lastResort = new Thread(this::remove);

    /**
     * @param environment where the programs find their iptables
     * @param strangers further addresses outside
     */
    FloodedPlace(Map<String, String> environment, List<String> strangers) {
        this.machine = new ProcessRunner(environment, line -> {});
        Runtime.getRuntime().addShutdownHook(lastResort);
        try {
            ip("netns add " + name);
            ip("netns add " + outside);
            ip("-n " + name + " link add name guarded type veth peer name cable netns " + outside);
            ip("-n " + name + " address add " + ADDRESS + NETWORK + " dev guarded");
            ip("-n " + outside + " address add " + BANNED + NETWORK + " dev cable");
            strangers.forEach(stranger -> ip("-n " + outside + " address add " + stranger + NETWORK + " dev cable"));
            ip("-n " + name + " link set dev guarded up");
            ip("-n " + outside + " link set dev cable up");
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private void ip(String arguments) {
        List<String> argv = new ArrayList<>(List.of("ip"));
        argv.addAll(List.of(arguments.split(" ")));
        CommandResult result = machine.run(Command.of(argv));
        assertThat(result.succeeded())
                .as("ip %s: %s", arguments, result.explain())
                .isTrue();
    }

    /** From now on those outside may send from any address of a network, as someone who forges them does. */
    void forge(String network) {
        ip("-n " + outside + " route add local " + network + " dev lo");
    }

    /** Runs programs in the guarded place, with the machine's files: to the agent's classes this is a host. */
    CommandRunner inside() {
        return command -> {
            List<String> argv = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + name));
            argv.addAll(command.argv());
            return machine.run(new Command(argv, command.stdin(), command.deadline(), command.outputLimit()));
        };
    }

    /** What starts a program outside. */
    List<String> enterOutside() {
        return List.of("nsenter", "--net=/run/netns/" + outside);
    }

    /**
     * What the kernel counted in the guarded place.
     *
     * @param arrived packets before any hook
     * @param passed segments that TCP was handed, so after every hook
     */
    record Count(long arrived, long passed) {
        Count since(Count before) {
            return new Count(arrived - before.arrived, passed - before.passed);
        }
    }

    /** Counted by the network stack itself, so that no table, of either backend, takes part in it. */
    Count count() {
        CommandResult read = inside().run(Command.of("cat", "/proc/net/snmp"));
        assertThat(read.succeeded()).as(read.explain()).isTrue();
        return new Count(number(read.out(), "Ip:", "InReceives"), number(read.out(), "Tcp:", "InSegs"));
    }

    /** The file has a line of names and a line of numbers for each protocol. */
    private static long number(String text, String protocol, String name) {
        List<String> lines =
                text.lines().filter(line -> line.startsWith(protocol)).toList();
        int column = List.of(lines.get(0).split(" ", -1)).indexOf(name);
        return Long.parseLong(lines.get(1).split(" ", -1)[column]);
    }

    private void remove() {
        for (String each : List.of(outside, name)) {
            machine.run(Command.of("ip", "netns", "delete", each));
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(lastResort);
        remove();
    }
}
