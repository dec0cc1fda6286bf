package vzguard.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import vzguard.cli.Fixtures;
import vzguard.v1.ChangeClass;
import vzguard.v1.Plan;
import vzguard.v1.PlanStep;

/** Plans that read the same are shown once, and nothing that differs is hidden. */
class PlanGroupTest {
    private static final Screen SCREEN = new Screen(Format.TABLE, false, Instant.EPOCH);

    @Test
    void plansThatDifferInTheirCtidOnlyAreOneGroup() {
        List<PlanGroup> groups = PlanGroup.of(List.of(plan("hn1", "101"), plan("hn1", "102"), plan("hn2", "7")));
        assertThat(groups).hasSize(1);
        assertThat(groups.get(0).targets()).containsExactly("hn1/101", "hn1/102", "hn2/7");
    }

    @Test
    void whatDiffersInAnythingElseStandsApart() {
        Plan usual = plan("hn1", "101");
        assertThat(PlanGroup.of(List.of(usual, change(usual, "102", step -> step.setSummary("guard VE 103")))))
                .as("another VE's number is a difference")
                .hasSize(2);
        assertThat(PlanGroup.of(List.of(usual, change(usual, "102", step -> step.setDiff("-a\n+c")))))
                .hasSize(2);
        assertThat(PlanGroup.of(List.of(usual, change(usual, "102", step -> step.setReason("1020 packets")))))
                .as("a number that holds the CTID is no CTID")
                .hasSize(2);
        assertThat(PlanGroup.of(List.of(
                        usual,
                        plan("hn1", "102").toBuilder().addWarnings("careful").build())))
                .hasSize(2);
    }

    @Test
    void everyPlanIsInExactlyOneGroup() {
        List<Plan> plans = new ArrayList<>();
        IntStream.range(1, 40).forEach(i -> plans.add(plan("hn" + i % 3, "" + i)));
        plans.add(plan("hn1", ""));
        List<PlanGroup> groups = PlanGroup.of(plans);
        assertThat(groups.stream().flatMap(group -> group.plans().stream())).containsExactlyInAnyOrderElementsOf(plans);
        assertThat(groups.stream().map(PlanGroup::title))
                .allSatisfy(title -> assertThat(title.lines()).allMatch(line -> line.length() < Screen.WIDTH));
    }

    @Test
    void linesThatStandAboveAreNotRepeated() {
        Plan host = change(plan("hn1", ""), "", step -> step.setSummary("guard the host"));
        String text = PlanText.render(List.of(host, plan("hn1", "101")), 2, List.of(), SCREEN);
        assertThat(text).containsOnlyOnce("+b").contains("the same lines as hn1, step 1");
    }

    private static Plan plan(String host, String ctid) {
        return Plan.newBuilder()
                .setTarget(Fixtures.target(host, ctid))
                .setHash("hash of " + ctid)
                .setChangeClass(ChangeClass.CHANGE_CLASS_LIVE)
                .addSteps(PlanStep.newBuilder()
                        .setKind("WRITE_GUARD")
                        .setSummary("guard VE " + ctid)
                        .setReason("VE " + ctid + " has none")
                        .setDiff("-a\n+b"))
                .addWarnings("VE " + ctid + " restarts")
                .build();
    }

    private static Plan change(Plan plan, String ctid, java.util.function.Consumer<PlanStep.Builder> difference) {
        Plan.Builder other = plan("hn1", ctid).toBuilder();
        difference.accept(other.getStepsBuilder(0));
        return other.build();
    }
}
