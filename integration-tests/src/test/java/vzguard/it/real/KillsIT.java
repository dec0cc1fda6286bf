package vzguard.it.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import vzguard.lab.real.RealLab;

/**
 * The agent, the controller and the network between them die in the middle of rollouts that restart VEs, at moments drawn from
 * a seed ({@code -Dvzguard.seed=N} repeats a run as far as the machine's own timing allows). Each rollout asks for one more
 * module than the one before, so that its VEs need one restart, and no more than one.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KillsIT {
    private static final int KILLS = 10;
    private static final int MOST_ROUNDS = 5;
    private static final int LONGEST_WAIT_MILLIS = 2500;
    /** vzctl's names, each of which needs something that the VEs of hn2 are not given yet. */
    private static final List<String> MORE = List.of(
            "ipt_state",
            "ipt_LOG",
            "ipt_helper",
            "ip_conntrack_ftp",
            "ip_conntrack_irc",
            "iptable_nat",
            "ip_nat_ftp",
            "ip_nat_irc",
            "ipt_TOS",
            "ipt_owner",
            "ipt_length");

    private static final List<String> VES = List.of("hn2/101", "hn2/102", "hn2/103");
    private static final String HOST = "hn2";

    private final long seed = Long.getLong("vzguard.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private Fleet fleet;
    private HostState hosts;
    private int rounds;

    @BeforeAll
    void up() {
        fleet = Fleet.up("it-kills", 2, VES.size());
        hosts = new HostState(fleet);
        System.out.println("KillsIT: -Dvzguard.seed=" + seed);
    }

    @AfterAll
    void down() {
        if (fleet != null) {
            fleet.close();
        }
    }

    /** What is done to a fleet in the middle of a rollout. */
    @FunctionalInterface
    private interface Blow {
        void strike(RealLab lab);
    }

    @Test
    void theAgentIsKilledTenTimes() {
        struckTenTimes(lab -> {
            long before = agent();
            lab.killAgent(HOST);
            await("another agent").atMost(Fleet.PATIENCE).until(() -> {
                long now = agent();
                return now != 0 && now != before;
            });
        });
    }

    /** Process id of the host's agent as the host sees it; 0 for none. */
    private long agent() {
        String found = fleet.exec(HOST, "pgrep", "-f", "agent.jar run").output().strip();
        return found.matches("[0-9]+") ? Long.parseLong(found) : 0;
    }

    @Test
    void theControllerIsKilledTenTimes() {
        struckTenTimes(lab -> {
            lab.killController();
            lab.startController();
        });
    }

    @Test
    void theNetworkIsCutAndHealed() {
        Ran.Running watching = startRound();
        untilRunning();
        fleet.lab().pullCable(HOST);
        await("the controller notices")
                .atMost(Fleet.PATIENCE)
                .until(() -> !fleet.json("hosts", "show", HOST).get("connected").getAsBoolean());
        fleet.lab().plugCable(HOST);
        finish(watching, expectedStarts());
    }

    private void struckTenTimes(Blow blow) {
        int struck = 0;
        for (int round = 0; struck < KILLS; round++) {
            assertThat(round).as("rounds for %s kills, seed %s", KILLS, seed).isLessThan(MOST_ROUNDS);
            Ran.Running watching = startRound();
            untilRunning();
            while (struck < KILLS && pauseAtRandomWhile(watching)) {
                blow.strike(fleet.lab());
                struck++;
            }
            finish(watching, expectedStarts());
        }
    }

    private Ran.Running startRound() {
        VES.forEach(hosts::countStarts);
        List<String> modules = new ArrayList<>(List.of("ipt_recent"));
        modules.addAll(MORE.subList(0, ++rounds));
        fleet.apply(policy(modules));
        return fleet.startCli("rollout", "start", "kills");
    }

    private Path policy(List<String> modules) {
        try {
            String text = Files.readString(Policies.file("kills.yaml"));
            return Files.writeString(
                    fleet.configuration().resolve("kills.yaml"),
                    text.replace("require: [ipt_recent]", "require: " + modules));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void untilRunning() {
        await("the rollout runs").atMost(Fleet.PATIENCE).until(() -> {
            var rollouts = fleet.json("rollout", "list").getAsJsonArray("rollouts");
            return rollouts.size() == rounds
                    && rollouts.get(0).getAsJsonObject().get("running").getAsInt() > 0;
        });
    }

    /** Lets a time pass that the seed names; false as soon as the rollout is over. */
    private boolean pauseAtRandomWhile(Ran.Running watching) {
        long until = System.nanoTime()
                + Duration.ofMillis(random.nextInt(LONGEST_WAIT_MILLIS)).toNanos();
        await("a random moment")
                .atMost(Fleet.PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() ->
                        System.nanoTime() - until >= 0 || !watching.process().isAlive());
        return watching.process().isAlive();
    }

    private static Map<String, Integer> expectedStarts() {
        Map<String, Integer> expected = new TreeMap<>();
        VES.forEach(ve -> expected.put(ve, 1));
        return expected;
    }

    private void finish(Ran.Running watching, Map<String, Integer> starts) {
        Ran ran = watching.await(Duration.ofMinutes(4));
        Rollout rollout = fleet.lastRollout(ran.exit(), ran + "\nseed " + seed).accounted();
        assertThat(rollout.view().get("state").getAsString())
                .as(rollout.printed())
                .isEqualTo("ROLLOUT_STATE_COMPLETED");
        rollout.ended("DONE", "NO_OP");
        assertThat(rollout.exit()).as(rollout.printed()).isZero();
        assertThat(hosts.starts(VES))
                .as("restarts, seed %s\n%s", seed, rollout.view())
                .isEqualTo(starts);
        VES.forEach(hosts::assertOneGuard);
        hosts.assertOneGuard(HOST);
        assertThat(rollout.count("restarts"))
                .as("no restart is forgotten: %s", rollout.view())
                .isEqualTo(VES.size());
    }
}
