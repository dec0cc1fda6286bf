package vzguard.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import vzguard.agent.model.ChangeClass;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.Place;
import vzguard.agent.model.Plan;
import vzguard.agent.model.PublishedRule;
import vzguard.agent.model.Share;
import vzguard.agent.model.Step;
import vzguard.agent.model.VeSnapshot;
import vzguard.agent.model.VeState;
import vzguard.policy.Policy;
import vzguard.policy.SshGuard.Placement;
import vzguard.values.Ctid;

/** What must hold of every plan. A failure names its seed. */
class PlannerLawsTest {
    /** A build takes this many; the profile {@code seeds} takes more. */
    private static final long SEEDS = Long.getLong("vzguard.seeds", 20_000);

    private static List<Optional<Ctid>> places(HostSnapshot host) {
        List<Optional<Ctid>> places = new ArrayList<>(List.of(Optional.empty()));
        host.ves().keySet().forEach(ctid -> places.add(Optional.of(ctid)));
        return places;
    }

    private static HostSnapshot done(HostSnapshot host, List<Step> steps) {
        HostSnapshot after = host;
        for (Step step : steps) {
            after = Simulator.apply(after, step);
        }
        return after;
    }

    /** A world, one of its places, and the plan for it. */
    private record Case(Worlds worlds, Policy policy, HostSnapshot host, Optional<Ctid> place, Plan plan) {
        static Case of(long seed) {
            Worlds worlds = new Worlds(seed);
            Policy policy = worlds.policy();
            HostSnapshot host = worlds.host();
            Optional<Ctid> place = places(host).get(worlds.below(host.ves().size() + 1));
            return new Case(worlds, policy, host, place, Planner.plan(policy, host, place));
        }

        Plan planAgain(HostSnapshot seen) {
            return Planner.plan(policy, seen, place);
        }

        List<GuardSeen> guards(HostSnapshot seen) {
            return seen.guards(Place.target(place));
        }
    }

    @Test
    void everyPlanOfARandomWorldObeysTheLaws() {
        for (long seed = 0; seed < SEEDS; seed++) {
            Case one = Case.of(seed);
            HostSnapshot after = done(one.host(), one.plan().steps());
            require(seed, one.planAgain(after).isEmpty(), "a plan that was carried out leaves nothing to do");
            arrivesAfterACut(seed, one, after);
            narrowsNothing(seed, one, after);
            restartsOnlyWhatMayBe(seed, one);
            revertLeavesNothing(seed, one, after);
        }
    }

    private static void require(long seed, boolean holds, String law) {
        if (!holds) {
            throw new AssertionError("seed " + seed + ": " + law);
        }
    }

    private static void arrivesAfterACut(long seed, Case one, HostSnapshot direct) {
        List<Step> steps = one.plan().steps();
        HostSnapshot cut = done(one.host(), steps.subList(0, one.worlds().below(steps.size() + 1)));
        HostSnapshot arrived = done(cut, one.planAgain(cut).steps());
        require(seed, one.planAgain(arrived).isEmpty(), "a plan that was cut and made again arrives");
        require(seed, one.guards(arrived).equals(one.guards(direct)), "it arrives where the uncut plan does");
    }

    private static void narrowsNothing(long seed, Case one, HostSnapshot after) {
        for (VeSnapshot ve : one.host().ves().values()) {
            VeSnapshot later = after.ve(ve.ctid()).orElseThrow();
            if (ve.effective() instanceof Share.Names names) {
                boolean kept = later.effective().permitsAll(List.copyOf(names.modules()));
                require(seed, kept, "what was shared stays shared");
            }
            require(seed, later.effective().mode().covers(ve.effective().mode()), "no mode becomes narrower");
            if (!one.place().equals(Optional.of(ve.ctid()))) {
                boolean same = later.inside().guards().equals(ve.inside().guards())
                        && later.config().equals(ve.config())
                        && keeps(one.host().edges().of(ve.ctid()), after.edges().of(ve.ctid()));
                require(seed, same, "no other VE is touched");
            }
        }
    }

    private static void restartsOnlyWhatMayBe(long seed, Case one) {
        one.place().flatMap(one.host()::ve).ifPresent(ve -> {
            boolean mayRestart = ve.state() == VeState.RUNNING && !ve.disabled();
            require(seed, mayRestart || !one.plan().restarts(), "only running, enabled VEs are restarted");
            boolean inside = one.plan().steps().stream().anyMatch(PlannerLawsTest::concernsInside);
            require(seed, ve.state() != VeState.SUSPENDED || !inside, "suspended VEs are left alone");
            boolean edgeAlone = one.policy().sshGuard().placement().contains(Placement.EDGE)
                    && !one.policy().sshGuard().placement().contains(Placement.VE)
                    && one.policy().modules().require().isEmpty();
            boolean unguarded = ve.inside().guards().stream()
                    .noneMatch(guard -> guard.present() || guard.stored().filePresent());
            require(seed, !edgeAlone || !unguarded || !inside, "the edge needs nothing of the VE");
        });
        boolean named = one.plan().changeClass() == ChangeClass.NEEDS_RESTART;
        require(seed, named == one.plan().restarts(), "a plan that restarts says so");
    }

    /** What loads them at boot may have come, with the guard of another VE. */
    private static boolean keeps(List<GuardSeen> before, List<GuardSeen> after) {
        return IntStream.range(0, before.size())
                .allMatch(i -> before.get(i).rules().equals(after.get(i).rules())
                        && (before.get(i).stored().rules().isEmpty()
                                || before.get(i).stored().equals(after.get(i).stored())));
    }

    private static boolean concernsInside(Step step) {
        return switch (step.kind()) {
            case SHARE_VE, SHARE_NETFILTER, RESTART_VE -> true;
            case WRITE_GUARD -> ((Step.WriteGuard) step).place().inside().isPresent();
            case REMOVE_GUARD -> ((Step.RemoveGuard) step).place().inside().isPresent();
            case PERSIST_GUARD -> ((Step.PersistGuard) step).place().inside().isPresent();
            case REMOVE_PERSISTENCE ->
                ((Step.RemovePersistence) step).place().inside().isPresent();
            case LOAD_MODULE, PERSIST_MODULES, SHARE_GLOBAL -> false;
        };
    }

    private static void revertLeavesNothing(long seed, Case one, HostSnapshot applied) {
        HostSnapshot after = done(applied, Planner.revert(applied, one.place()).steps());
        require(seed, Planner.revert(after, one.place()).isEmpty(), "a second revert has nothing to do");
        boolean usable = one.place()
                .flatMap(one.host()::ve)
                .map(ve -> ve.state() == VeState.RUNNING)
                .orElse(true);
        boolean clean = one.guards(after).stream()
                .noneMatch(guard -> guard.present() || guard.stored().filePresent());
        require(seed, clean || !usable, "no own rule or file is left");
        for (int i = 0; usable && i < one.guards(applied).size(); i++) {
            GuardSeen guard = one.guards(applied).get(i);
            GuardSeen before = one.guards(one.host()).get(i);
            List<PublishedRule> adopted = before.stored().kept().adopted().isEmpty()
                    ? before.copies()
                    : before.stored().kept().adopted();
            boolean blocked = one.plan().changeClass() == ChangeClass.BLOCKED;
            boolean changed = guard.present() && !one.plan().isEmpty() && !blocked;
            require(
                    seed,
                    !changed || one.guards(after).get(i).copies().equals(adopted),
                    "what the guard took the place of is put back");
        }
    }

    @Test
    void aPlanIsPinnedToWhatItChanges() {
        Worlds worlds = new Worlds(7);
        Policy policy = worlds.policy();
        HostSnapshot host = worlds.host();
        Plan plan = Planner.plan(policy, host, Optional.empty());
        assertThat(Planner.plan(policy, host, Optional.empty()).hash()).isEqualTo(plan.hash());
        assertThat(plan.place()).isEqualTo(Place.HOST);
        assertThat(plan.steps()).isNotEmpty();
        HostSnapshot after = Simulator.apply(host, plan.steps().get(0));
        assertThat(Planner.plan(policy, after, Optional.empty()).hash()).isNotEqualTo(plan.hash());
    }
}
