package vzguard.agent.prove;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.exec.ProcessRunner;
import vzguard.agent.prove.ProofVerdict.Verdict;
import vzguard.policy.SshGuard;

/**
 * The proof's network and its probe with real namespaces, interfaces, routes and sockets. A namespace plays the host: it
 * has a fake sshd and a route into nothing, which is as silent as a guard that drops.
 */
class ProverNamespaceTest {
    private static final String HOST = "vzgt" + ProcessHandle.current().pid() % 100_000;

    /** No guard counts here. */
    private static final HostFiles NO_LISTS = new HostFiles(Path.of("/nowhere"));

    private final CommandRunner machine = new ProcessRunner(line -> {});
    /** Runs everything inside the namespace that plays the host, with the machine's mounts. */
    private final CommandRunner host = command -> {
        List<String> argv = new ArrayList<>(List.of("nsenter", "--net=/run/netns/" + HOST));
        argv.addAll(command.argv());
        return machine.run(new Command(argv, command.stdin(), command.deadline(), command.outputLimit()));
    };

    private Optional<Process> sshd = Optional.empty();

    @BeforeEach
    void host() throws IOException {
        assumeTrue("root".equals(System.getProperty("user.name")), "needs root: network namespaces");
        assumeTrue(Files.exists(Path.of("/proc/self/ns/net")), "needs network namespaces in the kernel");
        assumeTrue(machine.run(Command.of("ip", "netns", "list")).succeeded(), "needs iproute2 with netns");
        ok(machine.run(Command.of("ip", "netns", "add", HOST)));
        ok(host.run(Command.of("ip", "-batch", "-")
                .withStdin("link set dev lo up\n"
                        + "addr add 10.67.1.1/32 dev lo\n"
                        + "addr add fd67::1/128 dev lo nodad\n"
                        + "route add blackhole 10.67.1.9/32\n")));
        Process process = new ProcessBuilder(
                        "nsenter",
                        "--net=/run/netns/" + HOST,
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classes(),
                        FakeSshd.class.getName(),
                        "22")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        sshd = Optional.of(process);
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        assertThat(said.readLine()).isEqualTo("listening");
    }

    @AfterEach
    void takeDown() {
        sshd.ifPresent(Process::destroyForcibly);
        machine.run(Command.of("ip", "netns", "delete", HOST));
    }

    @Test
    void withoutAGuardTheThirdConnectionIsAnsweredAndNothingStaysBehind() {
        ProofSettings settings =
                new ProofSettings("SSH", Duration.ofSeconds(60), 3, List.of(22), true, SshGuard.Action.DROP);

        List<ProofResult> results = prove(ProofTarget.ofHost(List.of("10.67.1.1", "fd67::1"), settings));

        assertThat(results).hasSize(2).allSatisfy(result -> {
            assertThat(result.verdict()).as(result.summary()).isEqualTo(Verdict.FAILED);
            assertThat(result.summary()).startsWith("connection 3 from ").contains("was answered (SSH-2.0-for_");
            assertThat(result.attempts())
                    .hasSize(7)
                    .allSatisfy(tried -> assertThat(tried.answer().detail())
                            .endsWith(sameAddress(tried.attempt().from())));
        });
        assertThat(machine.run(Command.of("ip", "netns", "list")).out()).doesNotContainPattern("vzgp[0-9a-f]{4}");
        assertThat(host.run(Command.of("ip", "-o", "link")).out()).doesNotContain("vzgp");
    }

    @Test
    void whereNothingAnswersNothingIsProven() {
        ProofSettings settings =
                new ProofSettings("SSH", Duration.ofSeconds(60), 3, List.of(22), true, SshGuard.Action.DROP);

        List<ProofResult> results = prove(ProofTarget.ofHost(List.of("10.67.1.9"), settings));

        assertThat(results).extracting(ProofResult::verdict).containsExactly(Verdict.UNPROVEN, Verdict.UNPROVEN);
        assertThat(results.get(0).summary()).contains("no sshd answers at 10.67.1.9:22");
        assertThat(results.get(0).attempts())
                .allSatisfy(tried -> assertThat(tried.answer().kind()).isEqualTo(Answer.Kind.SILENT));
        assertThat(results.get(1).summary()).contains("has no IPv6 address");
    }

    @Test
    void aNetworkThatAKilledProverLeftBehindIsNoObstacle() {
        ok(machine.run(Command.of("ip", "netns", "add", "vzgp00fe")));
        ok(host.run(Command.of("ip", "-batch", "-")
                .withStdin("link add name vzgp00feh type veth peer name vzgp00fen\n"
                        + "link set dev vzgp00feh up\n"
                        + "link set dev vzgp00fen netns vzgp00fe\n"
                        + "route add 198.19.255.254/32 dev vzgp00feh\n")));
        ProofSettings settings =
                new ProofSettings("SSH", Duration.ofSeconds(60), 3, List.of(22), false, SshGuard.Action.DROP);

        List<ProofResult> results = prove(ProofTarget.ofHost(List.of("10.67.1.1"), settings));

        assertThat(results.get(0).summary()).startsWith("connection 3 from ");
        assertThat(machine.run(Command.of("ip", "netns", "list")).out()).doesNotContain("vzgp00fe");
    }

    @Test
    void leftoversOfAKilledAgentAreDeletedAndOthersStay() {
        ok(machine.run(Command.of("ip", "netns", "add", "vzgp00ff")));

        new Prover(host, NO_LISTS, Clock.systemUTC(), new Random()).cleanLeftovers();

        assertThat(machine.run(Command.of("ip", "netns", "list")).out())
                .doesNotContain("vzgp00ff")
                .contains(HOST);
    }

    private static String sameAddress(String address) {
        // The JDK writes IPv6 addresses in full.
        return address.indexOf(':') < 0 ? address : ":0:0:0:1";
    }

    private static String classes() {
        return Path.of(FakeSshd.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .toString();
    }

    private static void ok(CommandResult result) {
        assertThat(result.succeeded()).as(result.explain()).isTrue();
    }

    private List<ProofResult> prove(ProofTarget target) {
        Prover prover = new Prover(host, NO_LISTS, Clock.systemUTC(), new Random());
        return prover.prove(target, prover.announce());
    }
}
