package vzguard.controller.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import vzguard.controller.inventory.HostEntry.VeEntry;
import vzguard.controller.rollout.TargetRef;
import vzguard.policy.HostTerms;
import vzguard.policy.Modules;
import vzguard.policy.Policy;
import vzguard.policy.RolloutSettings;
import vzguard.policy.Selector;
import vzguard.policy.SshGuard;
import vzguard.policy.SshGuard.Placement;
import vzguard.values.Ctid;
import vzguard.values.CtidRanges;

class TargetListTest {
    private static final List<HostEntry> FLEET = List.of(
            host("hn1", "tokyo", "101", "102", "1000"),
            host("hn2", "tokyo", "101"),
            host("hn3", "osaka", "101", "102"));

    private static HostEntry host(String name, String dc, String... ctids) {
        return new HostEntry(
                "id-" + name,
                name,
                Map.of("dc", dc),
                Arrays.stream(ctids)
                        .map(ctid -> new VeEntry(new Ctid(ctid), !ctid.equals("102"), ctid.equals("1000")))
                        .toList());
    }

    private static Policy policy(Selector selector, List<String> modules, Placement... placement) {
        return new Policy(
                "p",
                selector,
                new Modules(modules, Modules.Share.AUTO, true),
                new SshGuard(
                        Set.of(placement),
                        SshGuard.Rule.FIELD_REPORT,
                        List.of(22),
                        Duration.ofSeconds(60),
                        3,
                        "SSH",
                        SshGuard.Action.DROP,
                        List.of(),
                        true,
                        Duration.ZERO,
                        Optional.empty()),
                new RolloutSettings(
                        1,
                        List.of(),
                        1,
                        Duration.ZERO,
                        RolloutSettings.Promotion.AUTO,
                        new RolloutSettings.Restarts(true, 1, 20, "")),
                Policy.Mode.ENFORCE);
    }

    private static Selector selector(String hosts, String ves) {
        return new Selector(HostTerms.parse(hosts), CtidRanges.parse(ves));
    }

    private static String text(List<TargetRef> targets) {
        return targets.stream().map(TargetRef::toString).collect(Collectors.joining(" "));
    }

    @Test
    void eachHostIsFollowedByItsFirstVeAndTheOthersComeInRounds() {
        Policy policy = policy(selector("", "*"), List.of("ipt_recent"), Placement.HOST, Placement.VE);
        assertThat(text(TargetList.forPolicy(FLEET, policy)))
                .isEqualTo("hn1 hn1/101 hn2 hn2/101 hn3 hn3/101 hn1/102 hn3/102 hn1/1000");
    }

    @Test
    void aPartOfAPolicysTargetsComesWithTheHostsOfItsVes() {
        Policy policy = policy(selector("", "101-102"), List.of("ipt_recent"), Placement.HOST, Placement.VE);
        assertThat(text(TargetList.forPolicy(
                        FLEET, policy, target -> false, List.of(), selector("name=hn1", "102-1000"))))
                .isEqualTo("hn1 hn1/102");
        assertThat(text(TargetList.forPolicy(FLEET, policy, target -> false, List.of(), selector("", "102"))))
                .isEqualTo("hn1 hn1/102 hn3 hn3/102");
        assertThat(text(TargetList.forPolicy(FLEET, policy, target -> false, List.of(), selector("dc=tokyo", ""))))
                .isEqualTo("hn1 hn1/101 hn2 hn2/101 hn1/102");
        assertThat(text(TargetList.forPolicy(FLEET, policy, target -> false, List.of(), selector("", ""))))
                .isEqualTo(text(TargetList.forPolicy(FLEET, policy)));
        assertThat(TargetList.forPolicy(FLEET, policy, target -> false, List.of(), selector("", "555")))
                .isEmpty();
        // There is a VE 1000, and the policy does not select it: its host is not touched for it.
        assertThat(TargetList.forPolicy(FLEET, policy, target -> false, List.of(), selector("", "1000")))
                .isEmpty();
    }

    @Test
    void theOrderDoesNotDependOnTheOrderOfTheInput() {
        Policy policy = policy(selector("", "*"), List.of("ipt_recent"), Placement.VE);
        List<HostEntry> shuffled = new ArrayList<>(FLEET);
        for (int i = 0; i < 10; i++) {
            Collections.shuffle(shuffled, new Random(i));
            assertThat(TargetList.forPolicy(shuffled, policy)).isEqualTo(TargetList.forPolicy(FLEET, policy));
        }
    }

    @Test
    void labelsAndRangesSelect() {
        Policy policy = policy(selector("dc=tokyo", "102-1000"), List.of("ipt_recent"), Placement.VE);
        assertThat(text(TargetList.forPolicy(FLEET, policy))).isEqualTo("hn1 hn1/102 hn2 hn1/1000");
    }

    @Test
    void aGuardInVesAloneLeavesHostsOutAndOneOnHostsAloneLeavesVesOut() {
        assertThat(text(TargetList.forPolicy(FLEET, policy(selector("name=hn2", "*"), List.of(), Placement.VE))))
                .isEqualTo("hn2/101");
        assertThat(text(TargetList.forPolicy(FLEET, policy(selector("name=hn2", "*"), List.of(), Placement.EDGE))))
                .isEqualTo("hn2/101");
        assertThat(text(TargetList.forPolicy(FLEET, policy(selector("name=hn2", "*"), List.of(), Placement.HOST))))
                .isEqualTo("hn2");
    }

    @Test
    void restartsTakeRunningVesOnlyAndNoHosts() {
        assertThat(text(TargetList.forRestart(FLEET, selector("", "*"), false)))
                .isEqualTo("hn1/101 hn2/101 hn3/101 hn1/1000");
        assertThat(text(TargetList.forRestart(FLEET, selector("", "*"), true))).isEqualTo("hn1/1000");
    }

    @Test
    void aTargetGivenTwiceIsTakenOnce() {
        TargetRef one = new TargetRef("id-hn1", "hn1", "101");
        assertThat(TargetList.ordered(List.of(one, one))).containsExactly(one);
    }

    @Test
    void hostsOfOneNameStayApart() {
        TargetRef one = new TargetRef("a", "hn", "");
        TargetRef other = new TargetRef("b", "hn", "");
        assertThat(TargetList.ordered(List.of(other, one))).containsExactly(one, other);
    }

    @Test
    void whatAPolicyOfGreaterPrecedenceWantsIsLeftToIt() {
        Policy all = policy(selector("", "*"), List.of(), Placement.HOST, Placement.VE);
        Policy some = policy(selector("name=hn1", "101-102"), List.of(), Placement.VE);
        Policy hosts = policy(selector("name=hn2", "*"), List.of(), Placement.HOST);

        assertThat(text(TargetList.forPolicy(FLEET, all, target -> false, List.of(some))))
                .as("not the host: the other one guards VEs only")
                .isEqualTo("hn1 hn1/1000 hn2 hn2/101 hn3 hn3/101 hn3/102");
        assertThat(text(TargetList.forPolicy(FLEET, all, target -> true, List.of(some, hosts))))
                .as("wherever it was applied before")
                .isEqualTo("hn1 hn1/1000 hn2/101 hn3 hn3/101 hn3/102");
        assertThat(TargetList.count(FLEET, all, target -> false, List.of(some, hosts)))
                .isEqualTo(new TargetList.Count(3, 4));
    }
}
