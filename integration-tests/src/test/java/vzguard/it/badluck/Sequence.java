package vzguard.it.badluck;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.it.badluck.MortalAgents.Death;
import vzguard.it.badluck.MortalAgents.Fate;
import vzguard.it.sequences.GuardModel;
import vzguard.it.sequences.GuardSettings;
import vzguard.it.sequences.OthersTable;
import vzguard.it.sequences.Site;
import vzguard.lab.model.FleetSeed;
import vzguard.lab.simulated.SimulatedFleet;
import vzguard.lab.simulated.SimulatedHost;
import vzguard.policy.PolicyParser;
import vzguard.policy.PolicyWire;
import vzguard.v1.ApplyJob;
import vzguard.v1.BanAction;
import vzguard.v1.BansJob;
import vzguard.v1.Job;
import vzguard.v1.JobResult;
import vzguard.v1.Outcome;
import vzguard.values.Ctid;

/** One simulated host with two VEs, and what a seed makes of it. */
final class Sequence {
    private static final String FAILSAFE = "203.0.113.250/32";
    /** Longer than a guard waits to be confirmed. */
    private static final Duration LONG_AFTER = Duration.ofMinutes(3);

    private static final Pattern LISTED = Pattern.compile("^src=(\\S+)", Pattern.MULTILINE);

    private final Random random;
    private final SimulatedHost host = SimulatedFleet.boot(1, 2).host("hn1");
    private final MortalAgents agents;
    private final GuardModel model = new GuardModel(
            (ctid, family) ->
                    FleetSeed.veAddresses(1, Integer.parseInt(ctid) - 100).get(family == 6 ? 1 : 0),
            List.of(FAILSAFE));
    private final List<String> done = new ArrayList<>();
    private int jobs;
    private int bans;

    Sequence(long seed, Path state) {
        random = new Random(seed);
        agents = new MortalAgents(host, state, FAILSAFE);
    }

    void begin() {
        Site.PLACES.forEach(place -> apply(place, GuardSettings.draw(random), Fate.LIVES));
        assertAsApplied();
    }

    @Override
    public String toString() {
        return String.join("\n", done);
    }

    /** Does something, sweeps, and looks. */
    void next() {
        String place = Site.PLACES.get(random.nextInt(Site.PLACES.size()));
        int family = random.nextInt(3) == 0 ? 6 : 4;
        switch (random.nextInt(11)) {
            case 0 -> apply(place, GuardSettings.draw(random), Fate.LIVES);
            case 1 -> apply(place, GuardSettings.draw(random), Fate.draw(random));
            case 2 -> applyInVain(place);
            case 3 -> run(place, List.of(model.others(place, family).change(random, model.jumps(place, family))));
            case 4, 5 -> spoil(place, family);
            case 6 -> run(place, model.others(place, family).flush(random));
            case 7 -> ban(place);
            case 8 -> unban(place);
            case 9 -> {
                restart(random.nextBoolean() ? "101" : "102");
                assertAsApplied();
            }
            default -> {
                reboot();
                // By their own boot files, without an agent.
                assertAsApplied();
            }
        }
        if (random.nextInt(3) == 0) {
            Fate fate = Fate.draw(random);
            done.add("sweep, " + fate);
            dies(() -> agents.sweep(fate));
        }
        boolean healed = agents.sweep(Fate.LIVES);
        done.add("sweep, " + (healed ? "healed" : "all was well"));
        assertAsApplied();
        assertThat(agents.sweep(Fate.LIVES))
                .as("a second sweep changes nothing")
                .isFalse();
        assertAsApplied();
    }

    /** Whether the agent died in the middle. */
    private boolean dies(Supplier<?> life) {
        try {
            done.add("it lived: "
                    + String.valueOf(life.get()).lines().findFirst().orElse(""));
            return false;
        } catch (Death death) {
            done.add("it died " + death.getMessage());
            return true;
        }
    }

    private static Job applyJob(String id, String place, GuardSettings settings) {
        PolicyParser.Parsed parsed = PolicyParser.parse("""
                apiVersion: vzguard/v1
                kind: Policy
                metadata: {name: sequences}
                spec:
                  sshGuard: %s
                """.formatted(settings.yaml()));
        assertThat(parsed.problems()).isEmpty();
        return Job.newBuilder()
                .setJobId(id)
                .setApply(ApplyJob.newBuilder()
                        .setCtid(place)
                        .setPolicy(PolicyWire.toProto(parsed.policy().orElseThrow())))
                .build();
    }

    private void apply(String place, GuardSettings settings, Fate fate) {
        done.add("apply to '" + place + "' " + settings.yaml() + ", " + fate);
        Job job = applyJob("job " + jobs++, place, settings);
        if (!fate.equals(Fate.LIVES) && dies(() -> agents.run(job, fate))) {
            interlude();
        }
        run(job);
        model.applied(place, settings);
    }

    private void run(Job job) {
        JobResult result = agents.run(job, Fate.LIVES);
        assertThat(result.getOutcome()).as(result.toString()).isIn(Outcome.OUTCOME_DONE, Outcome.OUTCOME_NO_OP);
    }

    /** What may happen between an agent's death and the next one's start. */
    private void interlude() {
        switch (random.nextInt(5)) {
            case 0 -> host.advance(LONG_AFTER);
            case 1 -> restart("101");
            case 2 -> reboot();
            case 3 -> flush();
            default -> done.add("at once again");
        }
    }

    private void flush() {
        String place = Site.PLACES.get(random.nextInt(Site.PLACES.size()));
        run(place, model.others(place, 4).flush(random));
    }

    /** The agent dies, and nobody gives it the job again: what was there before comes back. */
    private void applyInVain(String place) {
        GuardSettings settings = GuardSettings.draw(random);
        Fate fate = Fate.draw(random);
        done.add("apply in vain to '" + place + "' " + settings.yaml() + ", " + fate);
        Job job = applyJob("job " + jobs++, place, settings);
        if (dies(() -> agents.run(job, fate))) {
            host.advance(LONG_AFTER);
        } else {
            model.applied(place, settings);
        }
    }

    private CommandResult inPlace(String place, Command command) {
        return place.isEmpty() ? host.run(command) : host.runInside(new Ctid(place), command);
    }

    private void run(String place, List<OthersTable.Call> calls) {
        for (OthersTable.Call call : calls) {
            done.add("in '" + place + "': " + call.line());
            CommandResult result = inPlace(place, Command.of(call.argv()).withStdin(call.stdin()));
            assertThat(result.succeeded() || call.mayFail())
                    .as(result.explain())
                    .isTrue();
        }
    }

    private void spoil(String drawn, int family) {
        String place = model.withGuards(drawn);
        run(place, List.of(model.spoil(random, place, family)));
    }

    private void bans(String place, String address, BanAction action) {
        done.add(action + " " + address + " at '" + place + "'");
        Job job = Job.newBuilder()
                .setJobId("job " + jobs++)
                .setBans(BansJob.newBuilder().setCtid(place).setAction(action).addAddresses(address))
                .build();
        if (random.nextInt(3) == 0) {
            Fate fate = Fate.draw(random);
            done.add(fate.toString());
            dies(() -> agents.run(job, fate));
        }
        run(job);
    }

    private void ban(String drawn) {
        String place = model.guardedOr(drawn);
        String address = "203.0.113." + (1 + bans++);
        bans(place, address, BanAction.BAN_ACTION_ADD);
        model.banned(place, address);
    }

    private void unban(String place) {
        Optional<String> address = model.bans(place).stream().findFirst();
        if (address.isPresent()) {
            bans(place, address.get(), BanAction.BAN_ACTION_REMOVE);
            model.unbanned(place, address.get());
        }
    }

    private void restart(String ctid) {
        done.add("restart of VE " + ctid);
        CommandResult result = host.run(Command.of("vzctl", "restart", ctid).withDeadline(Duration.ofMinutes(5)));
        assertThat(result.succeeded()).as(result.explain()).isTrue();
        model.restarted(ctid);
    }

    private void reboot() {
        done.add("reboot");
        host.reboot();
        model.restarted("");
    }

    private void assertAsApplied() {
        Site.PLACES.forEach(this::assertAsApplied);
    }

    private void assertAsApplied(String place) {
        for (int family : List.of(4, 6)) {
            CommandResult printed = inPlace(place, Command.of(family == 6 ? "ip6tables" : "iptables", "-S"));
            model.assertTable(place, family, printed.out());
        }
        model.denyLists(place).forEach((list, addresses) -> {
            Set<String> listed = new TreeSet<>();
            LISTED.matcher(inPlace(place, Command.of("cat", "/proc/net/xt_recent/" + list))
                            .out())
                    .results()
                    .forEach(found -> listed.add(found.group(1)));
            assertThat(listed).as("%s in '%s'", list, place).isEqualTo(addresses);
        });
    }
}
