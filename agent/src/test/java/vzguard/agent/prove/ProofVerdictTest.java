package vzguard.agent.prove;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import vzguard.agent.model.Family;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Place;
import vzguard.agent.prove.ProofPlan.Attempt;
import vzguard.agent.prove.ProofPlan.Purpose;
import vzguard.agent.prove.ProofVerdict.Verdict;
import vzguard.policy.SshGuard;
import vzguard.values.Ctid;

class ProofVerdictTest {
    private static final Place VE = Place.of(new Ctid("101"));

    /** A guard as packets see it: counts connections by what {@code key} makes of them. */
    private record Kernel(int hits, boolean exempts, ToIntFunction<Attempt> key, SshGuard.Action action) {
        Kernel(int hits, boolean exempts, ToIntFunction<Attempt> key) {
            this(hits, exempts, key, SshGuard.Action.DROP);
        }

        Map<Integer, Answer> answers(ProofPlan plan) {
            Map<Integer, Integer> seen = new HashMap<>();
            Map<Integer, Answer> answers = new HashMap<>();
            for (Attempt attempt : plan.attempts()) {
                boolean exempt = exempts && attempt.from().equals(Sources.allowed(plan.family()));
                int count = exempt ? 0 : seen.merge(key.applyAsInt(attempt), 1, Integer::sum);
                answers.put(
                        attempt.number(),
                        count >= hits ? ended() : new Answer(Answer.Kind.ANSWERED, "SSH-2.0-OpenSSH_9.2"));
            }
            return answers;
        }

        private Answer ended() {
            return action == SshGuard.Action.DROP
                    ? new Answer(Answer.Kind.SILENT, "timed out after 900 ms")
                    : new Answer(Answer.Kind.REFUSED, "Connection refused");
        }

        Kernel with(SshGuard.Action other) {
            return new Kernel(hits, exempts, key, other);
        }

        static Kernel right(int hits) {
            return new Kernel(hits, true, attempt -> attempt.from().hashCode());
        }
    }

    static Stream<Arguments> guards() {
        return Stream.of(
                Arguments.of("the right guard", Kernel.right(3), Verdict.PROVEN, "connection 3 was dropped"),
                Arguments.of("no guard", Kernel.right(1000), Verdict.FAILED, "connection 3 from "),
                Arguments.of("one too many passes", Kernel.right(4), Verdict.FAILED, "the guard must drop it"),
                Arguments.of("one too few passes", Kernel.right(2), Verdict.FAILED, "connection 2 from "),
                Arguments.of("drops everything", Kernel.right(1), Verdict.FAILED, "connection 1 from "),
                Arguments.of(
                        "drops everything, allowed too", new Kernel(1, false, Attempt::number), Verdict.FAILED, ""),
                Arguments.of(
                        "no exemption",
                        new Kernel(3, false, attempt -> attempt.from().hashCode()),
                        Verdict.FAILED,
                        "of the allowed source"),
                Arguments.of(
                        "one list for all sources",
                        new Kernel(3, true, attempt -> 0),
                        Verdict.FAILED,
                        "another source"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("guards")
    void eachFlawOfAGuardIsNamed(String name, Kernel kernel, Verdict verdict, String sentence) {
        ProofPlan plan = plan(3, List.of(22), Family.V4, 1);

        ProofVerdict found = ProofVerdict.of(plan, kernel.answers(plan));

        if (!kernel.exempts() && kernel.hits() == 1) {
            // Not even the allowed source is answered: as if nothing listened.
            assertThat(found.verdict()).isEqualTo(Verdict.UNPROVEN);
            assertThat(found.sentence()).contains("no sshd answers at 10.67.1.1:22");
        } else {
            assertThat(found.verdict()).as(found.sentence()).isEqualTo(verdict);
            assertThat(found.sentence()).contains(sentence);
        }
    }

    static IntStream seeds() {
        return IntStream.range(0, 500);
    }

    /** The right guard is proven, and a guard that differs by one connection never is, for any settings. */
    @ParameterizedTest
    @MethodSource("seeds")
    void onlyTheGuardWithTheSameNumberIsProven(int seed) {
        Random random = new Random(seed);
        int hits = 2 + random.nextInt(19);
        List<Integer> ports = List.of(22, 2222, 2022).subList(0, 1 + random.nextInt(3));
        SshGuard.Action action = random.nextBoolean() ? SshGuard.Action.DROP : SshGuard.Action.REJECT;
        SshGuard.Action other = action == SshGuard.Action.DROP ? SshGuard.Action.REJECT : SshGuard.Action.DROP;
        ProofPlan plan = plan(hits, ports, random.nextBoolean() ? Family.V4 : Family.V6, seed, action);

        assertThat(verdict(plan, Kernel.right(hits).with(action))).isEqualTo(Verdict.PROVEN);
        assertThat(verdict(plan, Kernel.right(hits).with(other))).isEqualTo(Verdict.FAILED);
        assertThat(verdict(plan, Kernel.right(hits + 1).with(action))).isEqualTo(Verdict.FAILED);
        assertThat(verdict(plan, Kernel.right(hits - 1).with(action))).isEqualTo(Verdict.FAILED);
        // Any single answer turned round is noticed, and any lost one proves nothing.
        int changed = 1 + random.nextInt(plan.attempts().size());
        Map<Integer, Answer> answers = Kernel.right(hits).with(action).answers(plan);
        Answer old = answers.remove(changed);
        assertThat(ProofVerdict.of(plan, answers).verdict()).isEqualTo(Verdict.UNPROVEN);
        boolean answered = old != null && old.kind() == Answer.Kind.ANSWERED;
        answers.put(
                changed, answered ? new Answer(Answer.Kind.SILENT, "") : new Answer(Answer.Kind.ANSWERED, "SSH-2.0-x"));
        assertThat(ProofVerdict.of(plan, answers).verdict()).isNotEqualTo(Verdict.PROVEN);
        answers.put(changed, new Answer(Answer.Kind.REFUSED, "connected, but no greeting within 5000 ms"));
        assertThat(ProofVerdict.of(plan, answers).verdict()).isNotEqualTo(Verdict.PROVEN);
    }

    @Test
    void theFirstConnectionComesFromTheAllowedSourceWhichIsUsedAsOftenAsDropsAnother() {
        ProofPlan plan = plan(3, List.of(22), Family.V6, 7);

        assertThat(plan.attempts().get(0).from()).isEqualTo("fd00:767a:6775:ffff::1");
        assertThat(plan.attempts().stream().filter(attempt -> attempt.purpose() == Purpose.ALLOWED))
                .hasSize(3);
        assertThat(plan.attempts()).hasSize(7);
        assertThat(plan.listedSources()).hasSize(2).allMatch(source -> source.startsWith("fd00:767a:6775:"));
    }

    @Test
    void settingsAreReadFromTheRulesOfAGuard() {
        OwnRules rules = OwnRules.wanted(
                List.of(
                        "-s 198.19.255.254 -j RETURN",
                        "-m recent --set --name SSH --rsource",
                        "-m recent --update --seconds 60 --hitcount 3 --name SSH --rsource -j DROP"),
                Optional.empty(),
                List.of("-p tcp -m tcp --dport 22 --syn -j VZG", "-p tcp -m tcp --dport 2222 --syn -j VZG"));

        assertThat(ProofSettings.of(rules, true))
                .contains(new ProofSettings(
                        "SSH", Duration.ofSeconds(60), 3, List.of(22, 2222), true, SshGuard.Action.DROP));
        assertThat(ProofSettings.of(OwnRules.NONE, true)).isEmpty();
    }

    private static Verdict verdict(ProofPlan plan, Kernel kernel) {
        return ProofVerdict.of(plan, kernel.answers(plan)).verdict();
    }

    private static ProofPlan plan(int hits, List<Integer> ports, Family family, long seed) {
        return plan(hits, ports, family, seed, SshGuard.Action.DROP);
    }

    private static ProofPlan plan(int hits, List<Integer> ports, Family family, long seed, SshGuard.Action action) {
        ProofSettings settings = new ProofSettings("SSH", Duration.ofSeconds(60), hits, ports, true, action);
        String to = family == Family.V4 ? "10.67.1.1" : "fd67:0:0:1::1";
        return ProofPlan.of(VE, List.of(), family, settings, to, ports, new Sources(new Random(seed)));
    }
}
