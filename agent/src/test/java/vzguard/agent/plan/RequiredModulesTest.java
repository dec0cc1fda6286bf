package vzguard.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import vzguard.agent.model.Edges;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.ModuleState;
import vzguard.agent.model.Plan;
import vzguard.agent.model.ShareConfig;
import vzguard.agent.model.Step;
import vzguard.policy.Policy;
import vzguard.policy.PolicyParser;

/** What {@code modules.require} means for the host: the same that it means for what is shared with VEs. */
class RequiredModulesTest {
    private static Policy policy(String require) {
        return PolicyParser.parse("""
                        apiVersion: vzguard/v1
                        kind: Policy
                        metadata: {name: p}
                        spec:
                          modules: {require: [%s], share: global, persist: true}
                          sshGuard: {placement: [ve], hits: 3}
                        """.formatted(require)).policy().orElseThrow();
    }

    private static HostSnapshot host(String... loaded) {
        TreeMap<String, ModuleState> modules = new TreeMap<>();
        Stream.of(loaded)
                .forEach(name -> modules.put(name, new ModuleState(name, name, ModuleState.Presence.LOADED, "x")));
        ShareConfig vzConf = Simulator.parsed("/etc/vz/vz.conf", "IPTABLES=\"ip_tables\"\n");
        HostSnapshot any = new Worlds(1).host();
        return new HostSnapshot(
                any.name(),
                any.kernel(),
                any.switches(),
                "4.11.1",
                any.iptablesVersion(),
                any.bootId(),
                modules,
                vzConf,
                new HostSnapshot.ModulesFile("/etc/modules", ""),
                List.of(),
                Edges.NONE,
                List.of(),
                new TreeMap<>(),
                true,
                List.of(),
                any.observedAt());
    }

    private static List<String> loads(Plan plan) {
        return plan.steps().stream()
                .filter(Step.LoadModule.class::isInstance)
                .map(step -> ((Step.LoadModule) step).module())
                .toList();
    }

    @Test
    void stateAloneBringsConnectionTrackingToTheHostTooAndForTheNextBoot() {
        Plan plan = Planner.plan(policy("ipt_recent, ipt_state"), host(), Optional.empty());
        assertThat(loads(plan)).containsExactly("ip_conntrack", "ipt_state", "ipt_recent");
        assertThat(plan.steps())
                .anySatisfy(step -> assertThat(step.reason()).contains("ipt_state, which the policy requires"));
        Step.PersistModules persisted = plan.steps().stream()
                .filter(Step.PersistModules.class::isInstance)
                .map(Step.PersistModules.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(persisted.modules()).contains("ip_conntrack", "ipt_state").doesNotContain("ip_tables");
        Step.ShareGlobal shared = plan.steps().stream()
                .filter(Step.ShareGlobal.class::isInstance)
                .map(Step.ShareGlobal.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(shared.names()).containsExactlyInAnyOrder("ip_conntrack", "ipt_state", "ipt_recent");
    }

    @Test
    void whatIsLoadedIsNotLoadedAgain() {
        assertThat(loads(Planner.plan(policy("ipt_state"), host("ipt_state", "ip_conntrack"), Optional.empty())))
                .isEmpty();
        assertThat(loads(Planner.plan(policy("ipt_recent"), host(), Optional.empty())))
                .containsExactly("ipt_recent");
        assertThat(loads(Planner.plan(policy("ipt_REDIRECT"), host(), Optional.empty())))
                .containsExactly("ip_conntrack", "iptable_nat", "ipt_REDIRECT");
    }
}
