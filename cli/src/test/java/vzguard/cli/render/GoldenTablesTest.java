package vzguard.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import vzguard.cli.Bans;
import vzguard.cli.Fixtures;
import vzguard.cli.Golden;
import vzguard.cli.Rollouts;
import vzguard.v1.Diagnosis;
import vzguard.v1.TokenRole;
import vzguard.v1.TokenView;

/** Every text for people, as it is printed on 80 columns without colours, and on any width with -o wide. */
class GoldenTablesTest {
    private static final Screen NARROW = new Screen(Format.TABLE, false, Fixtures.NOW);

    private static Map<String, Function<Screen, String>> views() {
        Map<String, Function<Screen, String>> views = new TreeMap<>();
        views.put("status", screen -> StatusText.render(Fixtures.status(), screen));
        views.put("hosts", screen -> HostText.table(Fixtures.hosts(), screen));
        views.put("ves", screen -> VeText.table(Fixtures.ves(), screen));
        views.put("policies", screen -> PolicyText.table(List.of(Fixtures.policy("ssh-guard", 2)), screen));
        views.put(
                "policy-history",
                screen -> PolicyText.history(
                        List.of(Fixtures.policy("ssh-guard", 2), Fixtures.policy("ssh-guard", 1)), screen));
        views.put("rollouts", screen -> RolloutText.table(List.of(Rollouts.last(), Rollouts.third()), screen));
        views.put("bans", screen -> BanText.state("hn1/101", BanText.sorted(Bans.state()), screen));
        views.put(
                "tokens",
                screen -> TokenText.table(
                        List.of(
                                TokenView.newBuilder()
                                        .setTokenId("k7")
                                        .setRole(TokenRole.TOKEN_ROLE_AGENT)
                                        .setUsesLeft(3)
                                        .setExpiresAt(Fixtures.ago(-3000))
                                        .build(),
                                TokenView.newBuilder()
                                        .setTokenId("k8")
                                        .setRole(TokenRole.TOKEN_ROLE_OPERATOR)
                                        .setExpiresAt(Fixtures.ago(1))
                                        .build()),
                        screen));
        return views;
    }

    @TestFactory
    List<DynamicTest> tablesFitEightyColumns() {
        return views().entrySet().stream()
                .map(view -> DynamicTest.dynamicTest(
                        view.getKey(),
                        () -> Golden.checkNarrow(view.getKey(), view.getValue().apply(NARROW))))
                .toList();
    }

    @TestFactory
    List<DynamicTest> wideTablesCutNothing() {
        return views().entrySet().stream()
                .map(view -> DynamicTest.dynamicTest(view.getKey(), () -> {
                    String wide = view.getValue().apply(new Screen(Format.WIDE, false, Fixtures.NOW));
                    assertThat(wide).doesNotContain("…");
                    Golden.check(view.getKey() + "-wide", wide);
                }))
                .toList();
    }

    @TestFactory
    List<DynamicTest> details() {
        Map<String, String> texts = new TreeMap<>();
        texts.put("host-show", HostText.show(Fixtures.troubledHost("hn1"), NARROW));
        texts.put("host-show-lost", HostText.show(Fixtures.hosts().get(0), NARROW));
        texts.put("ve-show", VeText.show(Fixtures.guardedVe("hn1", "101"), NARROW));
        texts.put("ve-show-bare", VeText.show(Fixtures.ves().get(2), NARROW));
        texts.put("policy-show", PolicyText.show(Fixtures.policy("ssh-guard", 2), NARROW));
        texts.put("plan", PlanText.render(Fixtures.plans(), 5, List.of("hits: 2 leaves one try"), NARROW));
        texts.put("diagnosis", CauseText.diagnosis(Fixtures.diagnosis(), NARROW));
        texts.put(
                "diagnosis-well",
                CauseText.diagnosis(
                        Diagnosis.newBuilder()
                                .setTarget(Fixtures.target("hn2", ""))
                                .addLookedAt("lsmod")
                                .build(),
                        NARROW));
        texts.put(
                "proof",
                ProofText.render(
                        List.of(
                                Fixtures.proof(Fixtures.target("hn1", "101"), true),
                                Fixtures.proof(Fixtures.target("hn1", "101"), false)),
                        NARROW));
        texts.put("bans-none", BanText.state("hn1/101", Bans.none(), NARROW));
        texts.put(
                "rollout-show",
                RolloutText.show(
                        RolloutBoard.empty()
                                .with(Rollouts.first())
                                .with(Rollouts.third())
                                .with(Rollouts.last())
                                .rollout(),
                        NARROW));
        return texts.entrySet().stream()
                .map(text -> DynamicTest.dynamicTest(text.getKey(), () -> Golden.check(text.getKey(), text.getValue())))
                .toList();
    }

    @TestFactory
    List<DynamicTest> nothingIsColouredUnlessAskedFor() {
        return views().entrySet().stream()
                .map(view -> DynamicTest.dynamicTest(view.getKey(), () -> {
                    assertThat(view.getValue().apply(NARROW)).doesNotContain("\u001b");
                    String coloured = view.getValue().apply(new Screen(Format.TABLE, true, Fixtures.NOW));
                    assertThat(coloured).contains("\u001b[1m");
                    assertThat(coloured.replaceAll("\u001b\\[[0-9]*m", ""))
                            .isEqualTo(view.getValue().apply(NARROW));
                }))
                .toList();
    }
}
