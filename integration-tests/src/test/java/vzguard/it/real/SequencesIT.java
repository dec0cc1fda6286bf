package vzguard.it.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import vzguard.it.sequences.GuardModel;
import vzguard.it.sequences.GuardSettings;
import vzguard.it.sequences.OthersTable;
import vzguard.it.sequences.Site;
import vzguard.lab.model.FleetSeed;

/**
 * Whatever sequence of rollouts, foreign changes, flushes, bans, kills, restarts and reboots a host goes through, after each of
 * them its guards act as the last policy says, its operators' bans hold, rules of others are untouched, and no VE was restarted.
 * {@code -Dsequences.seed=N} repeats a sequence, {@code -Dsequences.operations=N} makes it longer.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SequencesIT {
    private static final String HOST = "hn1";
    private static final int MOST_BANS = 4;

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("sequences.seed", 1);
    private final int operations = Integer.getInteger("sequences.operations", 25);
    private final Random random = new Random(seed);
    private final List<String> done = new ArrayList<>();
    private final GuardModel model = new GuardModel(
            (ctid, family) ->
                    FleetSeed.veAddresses(1, Integer.parseInt(ctid) - 100).get(family == 6 ? 1 : 0),
            List.of(SequenceChecks.FAILSAFE));
    private Fleet fleet;
    private SequenceChecks checks;
    private Set<SequenceChecks.Guest> letIn = Set.of();
    private int bans;

    private enum Operation {
        ROLL_OUT(5),
        CHANGE_OTHERS(5),
        SPOIL(3),
        FLUSH(3),
        BAN(3),
        UNBAN(1),
        KILL_AGENT(2),
        RESTART_VE(2),
        REBOOT(1);

        /** How often among 25. */
        private final int share;

        Operation(int share) {
            this.share = share;
        }
    }

    @BeforeAll
    void up() {
        System.out.println("SequencesIT: -Dsequences.seed=" + seed + " -Dsequences.operations=" + operations);
        fleet = Fleet.up("it-sequences", 1, 2);
        checks = new SequenceChecks(fleet, model);
        fleet.shell(
                HOST,
                "sed -i 's/^sweep=.*/sweep=1s/' /etc/vzguard/agent.conf; echo failsafe=" + SequenceChecks.FAILSAFE
                        + " >>/etc/vzguard/agent.conf; /etc/init.d/vzguard-agent stop; /etc/init.d/vzguard-agent start");
        fleet.awaitConnected(HOST);
    }

    @AfterAll
    void down() {
        if (checks != null) {
            checks.close();
        }
        if (fleet != null) {
            fleet.close();
        }
    }

    @Test
    void whateverHappensTheGuardsActAndNobodyElseIsTroubled() {
        Map<Operation, Runnable> all = new EnumMap<>(Operation.class);
        all.put(Operation.ROLL_OUT, this::rollOut);
        all.put(Operation.CHANGE_OTHERS, this::changeOthers);
        all.put(Operation.SPOIL, this::spoil);
        all.put(Operation.FLUSH, this::flush);
        all.put(Operation.BAN, this::ban);
        all.put(Operation.UNBAN, this::unban);
        all.put(Operation.KILL_AGENT, this::killAgent);
        all.put(Operation.RESTART_VE, this::restartVe);
        all.put(Operation.REBOOT, this::reboot);
        List<Operation> deck = new ArrayList<>();
        while (done.size() < operations) {
            if (deck.isEmpty()) {
                shuffle(deck);
            }
            Operation operation = done.isEmpty() ? Operation.ROLL_OUT : deck.remove(0);
            int before = done.size();
            done.add(operation.toString());
            long begin = System.nanoTime();
            try {
                letIn = Set.of();
                all.getOrDefault(operation, () -> {}).run();
                checks.allIsWell(letIn);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "-Dsequences.seed=" + seed + ", operation " + done.size() + " of " + operations + "; so far:\n"
                                + String.join("\n", done),
                        e);
            }
            System.out.println((before + 1) + " " + done.get(before) + " "
                    + Duration.ofNanos(System.nanoTime() - begin).toMillis() + " ms");
        }
    }

    private void shuffle(List<Operation> deck) {
        for (Operation each : Operation.values()) {
            deck.addAll(Collections.nCopies(each.share, each));
        }
        Collections.shuffle(deck, random);
    }

    /** What exactly the operation does, for the message when it fails. */
    private void words(String words) {
        int last = done.size() - 1;
        done.set(last, done.get(last) + " " + words);
    }

    private void rollOut() {
        GuardSettings settings = GuardSettings.draw(random);
        boolean killed = random.nextInt(3) == 0;
        words(settings.yaml() + (killed ? ", the agent is killed meanwhile" : ""));
        awaitAgent();
        fleet.apply(policy(settings));
        Ran.Running running = fleet.startCli("rollout", "start", "sequences");
        if (killed) {
            fleet.lab().killAgent(HOST);
        }
        Ran ran = running.await(Fleet.PATIENCE);
        Rollout rollout = fleet.lastRollout(ran.exit(), ran.toString()).accounted();
        rollout.ended("DONE", "NO_OP");
        assertThat(rollout.count("restarts")).as(rollout.printed()).isZero();
        Site.PLACES.forEach(place -> model.applied(place, settings));
    }

    private Path policy(GuardSettings settings) {
        try {
            return Files.writeString(folder.resolve("policy.yaml"), """
                    apiVersion: vzguard/v1
                    kind: Policy
                    metadata: {name: sequences}
                    spec:
                      sshGuard: %s
                      rollout: {canary: 0, waves: [100%%], maxFailures: 0, soak: 0s, restarts: {allow: false}}
                      mode: enforce
                    """.formatted(settings.yaml()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Its own answer tells: a controller takes a while to notice that a host was cut off its power. */
    private void awaitAgent() {
        await("the agent answers")
                .atMost(Fleet.PATIENCE)
                .until(() -> List.of(0, 4)
                        .contains(fleet.cli("bans", "list", HOST + "/101").exit()));
    }

    private String drawPlace() {
        return Site.PLACES.get(random.nextInt(Site.PLACES.size()));
    }

    private int drawFamily() {
        return random.nextInt(3) == 0 ? 6 : 4;
    }

    private void run(String place, List<OthersTable.Call> calls) {
        String line =
                String.join("\n", calls.stream().map(OthersTable.Call::line).toList());
        words(SequenceChecks.name(place) + ": " + line);
        assertThat(fleet.shell(SequenceChecks.name(place), "set -e\n" + line)).isEmpty();
    }

    private void changeOthers() {
        String place = drawPlace();
        int family = drawFamily();
        run(place, List.of(model.others(place, family).change(random, model.jumps(place, family))));
    }

    private void spoil() {
        String drawn = drawPlace();
        String place = model.withGuards(drawn);
        run(place, List.of(model.spoil(random, place, drawFamily())));
    }

    private void flush() {
        String place = drawPlace();
        run(place, model.others(place, drawFamily()).flush(random));
    }

    private void ban() {
        String place = model.guardedOr(drawPlace());
        if (model.bans(place).size() >= MOST_BANS) {
            unban();
            return;
        }
        String address = "203.0.113." + (100 + bans++ % 100);
        words(SequenceChecks.name(place) + " " + address);
        awaitAgent();
        fleet.cli("bans", "add", SequenceChecks.name(place), address).exits(0);
        model.banned(place, address);
    }

    private void unban() {
        for (String place : Site.PLACES) {
            List<String> banned = model.bans(place);
            if (!banned.isEmpty()) {
                String address = banned.get(random.nextInt(banned.size()));
                words("no longer at " + SequenceChecks.name(place) + " " + address);
                awaitAgent();
                fleet.cli("bans", "remove", SequenceChecks.name(place), address).exits(0);
                model.unbanned(place, address);
                letIn = Set.of(new SequenceChecks.Guest(place, address));
                return;
            }
        }
    }

    private void killAgent() {
        awaitAgent();
        if (random.nextBoolean()) {
            flush();
            words("and at once");
        }
        if (random.nextBoolean()) {
            fleet.lab().killAgent(HOST);
        } else {
            words("by its service");
            fleet.shell(HOST, "/etc/init.d/vzguard-agent stop; /etc/init.d/vzguard-agent start");
        }
    }

    private void restartVe() {
        String ctid = random.nextBoolean() ? "101" : "102";
        words(ctid);
        fleet.shell(HOST, "vzctl restart " + ctid);
        model.restarted(ctid);
        checks.started(ctid);
        checks.awaitSshd();
    }

    private void reboot() {
        fleet.lab().reboot(HOST);
        model.restarted("");
        Site.PLACES.forEach(checks::started);
        checks.awaitSshd();
    }
}
