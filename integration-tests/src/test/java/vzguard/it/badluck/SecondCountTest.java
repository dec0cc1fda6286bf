package vzguard.it.badluck;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.agent.exec.Command;
import vzguard.it.badluck.MortalAgents.Fate;
import vzguard.lab.simulated.SimulatedFleet;
import vzguard.lab.simulated.SimulatedHost;
import vzguard.lab.simulated.SimulatedNetwork.Kind;
import vzguard.policy.PolicyParser;
import vzguard.policy.PolicyWire;
import vzguard.v1.ApplyJob;
import vzguard.v1.Job;
import vzguard.v1.JobResult;
import vzguard.v1.Outcome;
import vzguard.values.Ctid;

/** A host whose kernel has hashlimit, by packets: on the host itself, inside a VE, and at a VE's edge. */
class SecondCountTest {
    private static final String ATTACKER = "198.51.100.7";

    @TempDir
    private Path state;

    private final SimulatedFleet fleet = SimulatedFleet.boot(2, 2);
    private final SimulatedHost host = fleet.host("hn2");

    private void run(String... words) {
        assertThat(host.run(Command.of(words)).succeeded()).isTrue();
    }

    private static Job job(String name, String ctid, String placement) {
        return Job.newBuilder()
                .setJobId(name)
                .setApply(ApplyJob.newBuilder()
                        .setCtid(ctid)
                        .setPolicy(PolicyWire.toProto(PolicyParser.parse("""
                                apiVersion: vzguard/v1
                                kind: Policy
                                metadata: {name: p}
                                spec:
                                  sshGuard: {placement: [%s], rule: fixed-ban, hits: 3, window: 60s, ban: 10m}
                                """.formatted(placement))
                                .policy()
                                .orElseThrow())))
                .build();
    }

    private MortalAgents agents() {
        return new MortalAgents(host, state, "203.0.113.250");
    }

    private void apply(MortalAgents agents, String name, String ctid, String placement) {
        JobResult result = agents.run(job(name, ctid, placement), Fate.LIVES);
        assertThat(result.getOutcome()).as(result.toString()).isEqualTo(Outcome.OUTCOME_DONE);
    }

    private Kind connect(String from, String to) {
        return fleet.network().connect(from, to, 22, Duration.ofMillis(900)).kind();
    }

    /** Which of the attacker's connections are answered, with a hundred from elsewhere before each. */
    private List<Kind> attempts(String to, int network) {
        return IntStream.range(0, 4)
                .mapToObj(attempt -> {
                    IntStream.rangeClosed(1, 100)
                            .forEach(last -> connect("10.77." + (network + attempt) + "." + last, to));
                    return connect(ATTACKER, to);
                })
                .toList();
    }

    @Test
    void whoHidesBetweenForgedAddressesIsBannedWhereTheKernelHasHashlimit() {
        String address = host.run(Command.of("vzlist", "-H", "-o", "ip", "101"))
                .out()
                .strip()
                .split(" ")[0];
        MortalAgents agents = agents();
        apply(agents, "bare", "", "host");
        assertThat(rules("iptables-save")).doesNotContain("hashlimit");
        run("modprobe", "xt_limit");
        run("modprobe", "xt_hashlimit");
        assertThat(agents.sweep(Fate.LIVES))
                .as("a module that came is no drift")
                .isFalse();

        apply(agents, "host", "", "host");
        apply(agents, "edge", "101", "edge");
        assertThat(rules("iptables-save").lines().filter(line -> line.contains("--hashlimit-above 2/min")))
                .hasSize(2);
        assertThat(rules("sh", "-c", "cat /etc/modules /etc/modules-load.d/*")).contains("xt_hashlimit");
        assertThat(attempts(address, 10)).containsExactly(Kind.ANSWERED, Kind.ANSWERED, Kind.SILENT, Kind.SILENT);
        assertThat(agents.sweep(Fate.LIVES)).isFalse();

        run("sh", "-c", "iptables -D VZG $(iptables -S VZG | grep hashlimit | sed 's/^-A VZG //')");
        assertThat(agents.sweep(Fate.LIVES)).as("its rule was deleted").isTrue();
        assertThat(rules("iptables-save", "-t", "filter")).contains("-A VZG -m limit");
    }

    @Test
    void aVeThatTakesTheMatchIsCountedSoInside() {
        run("modprobe", "xt_limit");
        run("modprobe", "xt_hashlimit");
        String address = host.run(Command.of("vzlist", "-H", "-o", "ip", "102"))
                .out()
                .strip()
                .split(" ")[0];
        MortalAgents agents = agents();
        apply(agents, "ve", "102", "ve");
        assertThat(host.runInside(new Ctid("102"), Command.of("iptables-save")).out())
                .contains("--hashlimit-above 2/min");
        assertThat(attempts(address, 20)).containsExactly(Kind.ANSWERED, Kind.ANSWERED, Kind.SILENT, Kind.SILENT);
        assertThat(agents.sweep(Fate.LIVES)).isFalse();
    }

    private String rules(String... words) {
        return host.run(Command.of(words)).out();
    }
}
