package vzguard.it.real;

import static org.assertj.core.api.Assertions.assertThat;

import vzguard.lab.real.RealLab;

/** One host with the agent's local verbs, as its owner uses them: {@code vzguard-agent} stands in the host's PATH. */
final class LocalVerbs {
    private static final String PROGRAM = "/usr/local/sbin/vzguard-agent";

    private final Fleet fleet;
    private final String host;

    LocalVerbs(Fleet fleet, String host) {
        this.fleet = fleet;
        this.host = host;
        fleet.shell(host, """
                cat >%s <<END
                #!/bin/sh
                exec ${LAB_JAVA_HOME:+$LAB_JAVA_HOME/bin/}java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \
                        -jar /opt/vzguard/agent.jar "\\$@"
                END
                chmod 755 %s
                """.formatted(PROGRAM, PROGRAM));
    }

    RealLab.Outcome run(String verb) {
        return fleet.exec(host, "bash", "-c", PROGRAM + " " + verb);
    }

    /** Writes {@code /root/policy.yaml} for host and VEs. */
    void policy(String settings, String mode) {
        fleet.shell(host, """
                cat >/root/policy.yaml <<'END'
                apiVersion: vzguard/v1
                kind: Policy
                metadata: {name: guard}
                spec:
                  sshGuard: {placement: [host, ve], allow: [192.0.2.0/24], %s}
                  mode: %s
                END
                """.formatted(settings, mode));
    }

    /** Applies a guard with these settings; gives what the agent said. */
    String apply(String settings, String targets) {
        policy(settings, "report");
        RealLab.Outcome outcome = run("apply -f /root/policy.yaml --yes " + targets);
        assertThat(outcome.exit()).as(outcome.output()).isZero();
        return outcome.output();
    }
}
