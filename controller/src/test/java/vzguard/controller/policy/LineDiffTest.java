package vzguard.controller.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineDiffTest {
    @Test
    void equalTextsHaveNoDiff() {
        assertThat(LineDiff.unified("a", "x\ny\n", "b", "x\ny\n")).isEmpty();
    }

    @Test
    void oneChangedLineIsShownWithThreeLinesOfContext() {
        String from = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        String to = "1\n2\n3\n4\nfive\n6\n7\n8\n9\n";

        assertThat(LineDiff.unified("p revision 1", from, "p (given)", to)).isEqualTo("""
                        --- p revision 1
                        +++ p (given)
                        @@ -2,7 +2,7 @@
                         2
                         3
                         4
                        -5
                        +five
                         6
                         7
                         8
                        """);
    }

    @Test
    void everythingIsNewAgainstNothing() {
        assertThat(LineDiff.unified("a", "", "b", "x\n")).isEqualTo("--- a\n+++ b\n@@ -0,0 +1,1 @@\n+x\n");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void patchingOneTextGivesTheOther(long seed) {
        Random random = new Random(seed);
        List<String> from = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            from.add("line " + random.nextInt(12));
        }
        List<String> to = new ArrayList<>(from);
        for (int i = 0; i < 6; i++) {
            int at = random.nextInt(to.size());
            if (random.nextBoolean()) {
                to.remove(at);
            } else {
                to.add(at, "new " + random.nextInt(12));
            }
        }
        String diff = LineDiff.unified("text", String.join("\n", from) + "\n", "text", String.join("\n", to) + "\n");

        assertThat(apply(diff, from)).isEqualTo(to);
    }

    /** As patch(1) does it, without any fuzz: every context and removed line must be where the hunk says. */
    private static List<String> apply(String diff, List<String> from) {
        List<String> lines = new ArrayList<>(from);
        int shift = 0;
        int at = 0;
        for (String line : diff.lines().skip(2).toList()) {
            if (line.startsWith("@@")) {
                String[] range = line.split(" ")[1].substring(1).split(",");
                int start = Integer.parseInt(range[0]);
                at = start + shift - (range[1].equals("0") ? 0 : 1);
            } else if (line.startsWith("+")) {
                lines.add(at, line.substring(1));
                at++;
                shift++;
            } else {
                assertThat(lines.get(at)).isEqualTo(line.substring(1));
                if (line.startsWith("-")) {
                    lines.remove(at);
                    shift--;
                } else {
                    at++;
                }
            }
        }
        return lines;
    }
}
