package vzguard.it.badluck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.it.badluck.MortalAgents.Death;
import vzguard.it.badluck.MortalAgents.Fate;
import vzguard.lab.model.FleetSeed;
import vzguard.lab.simulated.SimulatedFleet;
import vzguard.lab.simulated.SimulatedHost;
import vzguard.lab.simulated.SimulatedNetwork.Kind;
import vzguard.policy.PolicyParser;
import vzguard.policy.PolicyWire;
import vzguard.v1.ApplyJob;
import vzguard.v1.Job;
import vzguard.values.Ctid;

/**
 * A host with one VE, an administrator who is logged in, and what happens to them: drawn before anything is done, so that the same can
 * happen once with the policy in question and once without it.
 */
final class LockoutWorld {
    static final String FAILSAFE = "203.0.113.250";
    static final String ADMINISTRATOR = "198.51.100.66";
    private static final String STRANGER = "198.51.100.67";
    /** How long a guard waits to be confirmed, and the second that taking it back may take. */
    private static final Duration CONFIRMED_BY_THEN = Duration.ofSeconds(61);

    private static final String PUBLISHED = "iptables -A INPUT -p tcp --dport 22 -m state --state NEW -m recent --set"
            + " --name SSH; iptables -A INPUT -p tcp --dport 22 -m state --state NEW -m recent --update --seconds 60"
            + " --hitcount 3 --rttl --name SSH -j DROP";

    /** What may happen before the policy comes. */
    private enum Event {
        ADMINISTRATOR_CONNECTS,
        STRANGER_CONNECTS,
        MINUTE_PASSES,
        EARLIER_POLICY,
        PUBLISHED_RULES
    }

    /** What happens after the agent is done, or dead. */
    private enum After {
        AT_ONCE,
        CONFIRM_TIME_PASSES,
        REBOOT,
        AGENT_AGAIN
    }

    /** All that is drawn. */
    record Story(String ctid, List<Event> before, String earlier, String settings, Fate fate, After after) {
        static Story draw(Random random) {
            boolean host = random.nextInt(3) == 0;
            After after = After.values()[random.nextInt(After.values().length)];
            return new Story(
                    host ? "" : "101",
                    IntStream.range(0, random.nextInt(6))
                            .mapToObj(event -> Event.values()[random.nextInt(Event.values().length)])
                            // Taken back after a reboot, a guard leaves what it had taken the place of, which would
                            // not have come back by itself: two stories of which neither is the other's measure.
                            .filter(event -> event != Event.PUBLISHED_RULES || after != After.REBOOT)
                            .toList(),
                    settings(random, host),
                    settings(random, host),
                    random.nextInt(3) == 0 ? Fate.LIVES : Fate.draw(random),
                    after);
        }

        private static String settings(Random random, boolean host) {
            boolean fixed = random.nextBoolean();
            String window = List.of("10s", "60s", "5m").get(random.nextInt(3));
            return "{placement: "
                    + (host ? "[host]" : List.of("[ve]", "[edge]", "[ve, edge]").get(random.nextInt(3)))
                    + ", ports: " + (random.nextInt(4) == 0 ? "[22, 2222]" : "[22]")
                    + ", hits: " + (2 + random.nextInt(3))
                    + ", window: " + window
                    + ", list: " + (random.nextBoolean() ? "SSH" : "GUARD")
                    + ", action: " + (random.nextBoolean() ? "drop" : "reject")
                    + ", allow: " + (random.nextInt(3) == 0 ? "[192.0.2.0/24]" : "[]")
                    + (fixed ? ", rule: fixed-ban, ban: 10m" : ", rule: field-report")
                    + (fixed && random.nextBoolean() ? ", escalation: {after: 2, within: 1h, ban: 2h}" : "")
                    + "}";
        }
    }

    /** A shell that waits to take a write back, as {@code Reverter.WAIT} does. */
    private record Waiting(Instant until, Path undo, List<String> program) {}

    private final SimulatedFleet fleet = SimulatedFleet.boot(2, 1);
    private final SimulatedHost host = fleet.host("hn2");
    private final List<Waiting> waiting = new ArrayList<>();
    private final MortalAgents agents;
    private final Story story;
    private int jobs;

    LockoutWorld(Story story, Path state) {
        this.story = story;
        this.agents = new MortalAgents(host, state, FAILSAFE);
        host.intercept(command -> {
            if (command.argv().get(0).equals("setsid")) {
                List<String> argv = command.argv();
                waiting.add(new Waiting(
                        host.clock().instant().plusSeconds(Long.parseLong(argv.get(5))),
                        Path.of(argv.get(6)),
                        argv.subList(8, argv.size())));
            }
            return Optional.empty();
        });
        host.login(story.ctid(), ADMINISTRATOR);
    }

    private String address() {
        return story.ctid().isEmpty()
                ? FleetSeed.hostAddresses(2).get(0)
                : FleetSeed.veAddresses(2, 1).get(0);
    }

    Kind connect(String from) {
        return fleet.network()
                .connect(from, address(), 22, Duration.ofMillis(900))
                .kind();
    }

    /** Tells the story as far as the policy. */
    void tellBefore() {
        story.before().forEach(this::happens);
    }

    /**
     * Tells the story.
     *
     * @param policy with the policy in question; else without it
     */
    void tell(boolean policy) {
        tellBefore();
        if (policy) {
            apply(story.settings(), story.fate());
        }
        switch (story.after()) {
            case AT_ONCE -> {}
            case CONFIRM_TIME_PASSES -> {
                host.advance(CONFIRMED_BY_THEN);
                takeBack();
            }
            case REBOOT -> {
                waiting.clear();
                host.reboot();
                agents.sweep(Fate.LIVES);
            }
            case AGENT_AGAIN -> {
                // While a write waits for its confirmation, no sweep heals.
                host.advance(CONFIRMED_BY_THEN);
                takeBack();
                agents.sweep(Fate.LIVES);
            }
        }
    }

    private void happens(Event event) {
        switch (event) {
            case ADMINISTRATOR_CONNECTS -> connect(ADMINISTRATOR);
            case STRANGER_CONNECTS -> connect(STRANGER);
            case MINUTE_PASSES -> host.advance(Duration.ofMinutes(1));
            case EARLIER_POLICY -> apply(story.earlier(), Fate.LIVES);
            case PUBLISHED_RULES -> {
                Command typed = Command.of("sh", "-c", PUBLISHED);
                // A VE that may not use connection tracking refuses both.
                if (story.ctid().isEmpty()) {
                    host.run(typed);
                } else {
                    host.runInside(new Ctid(story.ctid()), typed);
                }
            }
        }
    }

    private void apply(String settings, Fate fate) {
        Job job = Job.newBuilder()
                .setJobId("job " + jobs++)
                .setApply(ApplyJob.newBuilder()
                        .setCtid(story.ctid())
                        .setPolicy(PolicyWire.toProto(PolicyParser.parse(
                                        "apiVersion: vzguard/v1\nkind: Policy\nmetadata: {name: p}\nspec:\n  sshGuard: "
                                                + settings + "\n")
                                .policy()
                                .orElseThrow())))
                .build();
        try {
            agents.run(job, fate);
        } catch (Death death) {
            assertThat(fate).isNotEqualTo(Fate.LIVES);
        }
    }

    /** The shells that waited act, without any agent. */
    private void takeBack() {
        for (Waiting shell : List.copyOf(waiting)) {
            String name = shell.undo().toString().replaceFirst("\\.undo$", "");
            if (shell.until().isAfter(host.clock().instant()) || !Files.exists(shell.undo())) {
                continue;
            }
            try {
                String text = Files.readString(shell.undo());
                Files.move(shell.undo(), Path.of(name + ".running"));
                CommandResult done = host.run(Command.of(shell.program()).withStdin(text));
                assertThat(done.succeeded()).as(done.explain()).isTrue();
                Files.move(Path.of(name + ".running"), Path.of(name + ".reverted"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        waiting.clear();
    }
}
