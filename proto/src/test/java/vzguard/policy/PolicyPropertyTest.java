package vzguard.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import vzguard.policy.PolicyParser.Parsed;
import vzguard.v1.PolicySpec;
import vzguard.values.Problem;

/** What holds for every policy and every text; a failure names its seed. */
class PolicyPropertyTest {
    /** A build takes this many; -Dvzguard.seeds=100000 takes more. */
    private static final int SEEDS = Integer.getInteger("vzguard.seeds", 5_000);

    private static final List<String> ODD_VALUES = List.of(
            "",
            "~",
            "null",
            "[]",
            "{}",
            "[[]]",
            "true",
            "-1",
            "0",
            "21",
            "70000",
            "1e9",
            ".inf",
            "0x10",
            "'",
            "\"",
            "\"\\u0007\"",
            "\ud83d\ude00",
            "&a 1",
            "*a",
            "!!str x",
            "? x",
            "- x",
            "|",
            ">",
            "a: b",
            "#",
            "%",
            "@",
            "`",
            "99999999999999999999",
            "\t",
            "\u0000",
            "\u2028",
            "\n---\n",
            "\n...\n",
            "\ud800");

    @Test
    void everyPolicySurvivesItsTextAndTheWire() {
        seeds().forEach(PolicyPropertyTest::survivesItsTextAndTheWire);
    }

    private static void survivesItsTextAndTheWire(long seed) {
        Policy policy = RandomPolicy.of(seed);
        Parsed parsed = PolicyParser.parse(PolicyYaml.write(policy));
        assertThat(parsed.problems()).as("seed %d", seed).isEmpty();
        assertThat(parsed.policy()).as("seed %d", seed).contains(policy);
        PolicySpec received = received(PolicyWire.toProto(policy).toByteArray());
        assertThat(PolicyWire.fromProto(received)).as("seed %d", seed).isEqualTo(policy);
    }

    private static PolicySpec received(byte[] bytes) {
        try {
            return PolicySpec.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError("what was written cannot be read", e);
        }
    }

    @Test
    void everyDamagedTextIsAPolicyOrHasProblemsInPlaces() {
        long refused = seeds().filter(PolicyPropertyTest::isRefusedWhenDamaged).count();
        // Some damage is none (a number for another); most is.
        assertThat(refused).isGreaterThan(SEEDS / 2);
    }

    private static boolean isRefusedWhenDamaged(long seed) {
        Random random = new Random(seed);
        String text = PolicyYaml.write(RandomPolicy.of(seed));
        for (int left = 1 + random.nextInt(3); left > 0; left--) {
            text = damage(text, random);
        }
        Parsed parsed = PolicyParser.parse(text);
        assertThat(parsed.policy().isPresent())
                .as("seed %d", seed)
                .isEqualTo(parsed.problems().isEmpty());
        // Beside \n, YAML ends lines with \r, NEL, LS and PS.
        long lines = text.chars()
                        .filter(c -> "\n\r\u0085\u2028\u2029".indexOf(c) >= 0)
                        .count()
                + 1;
        for (Problem problem : parsed.problems()) {
            assertThat(problem.message()).as("seed %d", seed).isNotBlank();
            assertThat((long) problem.line()).as("seed %d: %s", seed, problem).isBetween(0L, lines + 1);
        }
        parsed.policy()
                .ifPresent(policy -> assertThat(PolicyWire.fromProto(PolicyWire.toProto(policy)))
                        .as("seed %d", seed)
                        .isEqualTo(policy));
        return !parsed.problems().isEmpty();
    }

    /** On all cores: other modules of the build wait for this one, so nobody else uses them. */
    private static LongStream seeds() {
        return LongStream.range(0, SEEDS).parallel();
    }

    @Test
    void everyDamagedMessageIsAPolicyOrIsRefusedWithReasons() {
        int refused = 0;
        int read = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            byte[] bytes = PolicyWire.toProto(RandomPolicy.of(seed)).toByteArray();
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            try {
                Policy policy = PolicyWire.fromProto(PolicySpec.parseFrom(bytes));
                assertThat(PolicyWire.fromProto(PolicyWire.toProto(policy)))
                        .as("seed %d", seed)
                        .isEqualTo(policy);
                assertThat(PolicyParser.parse(PolicyYaml.write(policy)).policy())
                        .as("seed %d", seed)
                        .contains(policy);
                read++;
            } catch (InvalidProtocolBufferException notEvenAMessage) {
                continue;
            } catch (IllegalArgumentException fault) {
                assertThat(fault).as("seed %d", seed).hasMessageStartingWith("policy refused: ");
                refused++;
            }
        }
        // Both ends of the property were really reached.
        assertThat(refused).isGreaterThan(SEEDS / 100);
        assertThat(read).isGreaterThan(SEEDS / 100);
    }

    private static String damage(String text, Random random) {
        int at = random.nextInt(text.length() + 1);
        int end = Math.min(text.length(), at + 1 + random.nextInt(5));
        String odd = ODD_VALUES.get(random.nextInt(ODD_VALUES.size()));
        String[] lines = text.split("\n", -1);
        int line = random.nextInt(lines.length);
        switch (random.nextInt(7)) {
            case 0:
                return text.substring(0, at) + text.substring(end);
            case 1:
                return text.substring(0, at) + odd + text.substring(at);
            case 2:
                return text.substring(0, at);
            case 3:
                lines[line] = lines[line].replaceFirst("[^ :]*$", java.util.regex.Matcher.quoteReplacement(odd));
                return String.join("\n", lines);
            case 4:
                lines[line] = lines[line] + "\n" + lines[random.nextInt(lines.length)];
                return String.join("\n", lines);
            case 5:
                lines[line] = " " + lines[line];
                return String.join("\n", lines);
            default:
                lines[line] = lines[line].replaceFirst("[a-zA-Z]", "q");
                return String.join("\n", lines);
        }
    }
}
