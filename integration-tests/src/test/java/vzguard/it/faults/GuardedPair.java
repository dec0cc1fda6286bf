package vzguard.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.lab.simulated.SimulatedFleet;
import vzguard.lab.simulated.SimulatedHost;

/** A simulated host with two VEs, of which the policy guards one, which must restart for it; and a count of their starts. */
final class GuardedPair {
    static final int VES = 2;
    /** The guarded VE, and the host for its modules. */
    static final int TARGETS = 2;

    static final String NAME = "guard";
    static final String POLICY = """
            apiVersion: vzguard/v1
            kind: Policy
            metadata: {name: guard}
            spec:
              selector: {hosts: "*", ves: "101"}
              modules: {require: [ipt_recent, ipt_state], share: per-ve, persist: true}
              sshGuard: {placement: [ve], hits: 3, window: 60s, allow: [192.0.2.0/24]}
              rollout: {canary: 1, soak: 0s, restarts: {allow: true, perHost: 1}}
              mode: report
            """;

    private static final String GUARDED = "101";
    private static final String OTHER = "102";

    private final SimulatedHost host = SimulatedFleet.boot(2, VES).host("hn2");
    private final Map<String, Integer> starts = new ConcurrentHashMap<>();

    GuardedPair() {
        host.intercept(this::count);
    }

    private Optional<CommandResult> count(Command command) {
        List<String> argv = command.argv();
        if (argv.size() > 2
                && argv.get(0).equals("vzctl")
                && List.of("restart", "start").contains(argv.get(1))) {
            starts.merge(argv.get(2), 1, Integer::sum);
        }
        return Optional.empty();
    }

    SimulatedHost host() {
        return host;
    }

    /** The VE runs, was started once since, and has one guard; the other was left alone. */
    void assertGuarded(String where) {
        assertThat(starts).as("starts of VEs, %s", where).containsExactly(Map.entry(GUARDED, 1));
        JobHost.assertOneGuard(host, GUARDED, where);
        assertThat(host.run(Command.of("vzctl", "exec3", OTHER, "iptables", "-S"))
                        .out())
                .as(where)
                .doesNotContain("VZG");
    }
}
