package vzguard.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.lab.model.ConfigFile;
import vzguard.lab.simulated.SimulatedFleet;
import vzguard.lab.simulated.SimulatedHost;
import vzguard.values.Ctid;

/** Random operations on a host keep what a real host keeps. The seed is in the test's name. */
class RandomOperationsTest {
    private static final int OPERATIONS = 60;
    private static final List<String> FOREIGN = List.of(
            "# Netfilter", "KMEMSIZE=\"14372700:14790164\"", "ORIGIN_SAMPLE=\"basic\"", "VE_ROOT=\"/vz/root/$VEID\"");
    private static final List<String> STARTS = List.of("start", "restart", "setmode");

    static LongStream seeds() {
        return LongStream.range(0, 12);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void keepTheInvariants(long seed) {
        Random random = new Random(seed);
        SimulatedHost host = SimulatedFleet.boot(3, 4).hosts().get(random.nextInt(3));
        for (int i = 0; i < OPERATIONS; i++) {
            Ctid ctid = new Ctid(Integer.toString(101 + random.nextInt(4)));
            String kind = List.of("start", "stop", "restart", "setmode", "set", "exec", "modprobe", "kill", "read")
                    .get(random.nextInt(9));
            Optional<String> before = host.effectiveMask(ctid);
            CommandResult result = host.run(command(kind, ctid, random));
            String words = "seed " + seed + ", operation " + i + ": " + kind + " " + ctid + " -> " + result.exit();
            check(host, ctid, kind, before, words);
        }
    }

    private static Command command(String kind, Ctid ctid, Random random) {
        Command command = switch (kind) {
            case "start", "restart" -> Command.of("vzctl", kind, ctid.text());
            case "stop" -> Command.of("vzctl", "stop", ctid.text(), random.nextBoolean() ? "--fast" : "--skip");
            case "setmode" ->
                Command.of("vzctl", "set", ctid.text(), "--netfilter", mode(random), "--setmode", "restart", "--save");
            case "set" ->
                random.nextBoolean()
                        ? Command.of("vzctl", "set", ctid.text(), "--netfilter", mode(random), "--save")
                        : Command.of("vzctl", "set", ctid.text(), "--iptables", "ipt_recent,ipt_state", "--save");
            case "exec" -> Command.of("vzctl", "exec3", ctid.text(), "iptables", "-A", "INPUT", "-j", "ACCEPT");
            case "modprobe" -> Command.of("modprobe", random.nextBoolean() ? "ipt_recent" : "nosuch");
            case "kill" ->
                Command.of("vzctl", "restart", ctid.text()).withDeadline(Duration.ofMillis(1 + random.nextInt(1500)));
            default -> Command.of("vzlist", "-a", "-j", "-o", "ctid,status,netfilter");
        };
        return kind.equals("kill") ? command : command.withDeadline(Duration.ofHours(1));
    }

    private static String mode(Random random) {
        return List.of("disabled", "stateless", "stateful", "full").get(random.nextInt(4));
    }

    private static void check(SimulatedHost host, Ctid ctid, String kind, Optional<String> before, String words) {
        if (!kind.equals("kill")) {
            // A killed program's lock stays until the next one that takes it; any that ended took its own away.
            CommandResult status = host.run(Command.of("bash", "-c", "cat /vz/lock/" + ctid + ".lck"));
            if (status.exit() == 0
                    && List.of("start", "restart", "stop", "setmode", "set").contains(kind)) {
                assertThat(status.out()).as(words).isEqualTo("no lock may stay behind");
            }
        }
        Optional<String> after = host.effectiveMask(ctid);
        if (before.isPresent() && after.isPresent() && !before.equals(after)) {
            assertThat(STARTS).as(words + ": the mask changed").contains(kind.equals("kill") ? "restart" : kind);
        }
        String text =
                host.run(Command.of("cat", "/etc/vz/conf/" + ctid + ".conf")).out();
        ConfigFile config = ConfigFile.parse(text);
        assertThat(config.unmatchedQuotes()).as(words).isEmpty();
        assertThat(config.lines()).as(words).containsAll(FOREIGN);
        assertThat(host.run(Command.of("ls", "/etc/vz/conf")).out()).as(words).doesNotContain(".tmp");
    }
}
