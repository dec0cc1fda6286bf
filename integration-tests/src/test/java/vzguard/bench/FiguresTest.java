package vzguard.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FiguresTest {
    private static final Figure RATIO = Figure.of("no-op job, controller CPU each", "us", 300)
            .besideRaw(100)
            .atMostTimes(4);
    private static final Figure MISSED =
            Figure.of("connect, controller CPU an agent", "ms", 4.4).atMost(2);

    @Test
    void aGoalIsMetWhenEveryLimitIsKept() {
        assertThat(RATIO.isMet()).isTrue();
        assertThat(RATIO.atMost(299).isMet()).isFalse();
        assertThat(RATIO.atMostTimes(2.9).isMet()).isFalse();
        assertThat(RATIO.ratio()).hasValue(3);
        assertThat(MISSED.isMet()).isFalse();
        assertThat(Figure.of("enrol", "ms", 5).hasGoal()).isFalse();
        assertThat(Figure.of("enrol", "ms", 5).isMet()).isTrue();
        // A bare loop that took no time at all says nothing.
        assertThat(Figure.of("idle", "%", 0.4).besideRaw(0).ratio()).isEmpty();
    }

    @Test
    void theMiddleOneCounts() {
        assertThat(Figure.median(List.of(9.0, 1.0, 2.0))).isEqualTo(2);
        assertThat(Figure.median(List.of(9.0, 1.0, 2.0, 4.0))).isEqualTo(3);
    }

    @Test
    void theTableFitsAScreenAndSaysWhatIsMissed() {
        String table = BenchText.table(
                "BARE LOOP", List.of(RATIO, MISSED, Figure.of("enrol a host, controller CPU", "ms", 4.64)));
        assertThat(table.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(table).isEqualTo("""
                FIGURE                                 VALUE   BARE LOOP   RATIO    GOAL
                no-op job, controller CPU each        300 us      100 us   3.00x    <=4x met
                connect, controller CPU an agent      4.4 ms           -       -     <=2 MISSED
                enrol a host, controller CPU          4.6 ms           -       -
                """);
    }

    @Test
    void theDocumentHasEveryKey() {
        JsonObject document = JsonParser.parseString(BenchText.json(1000, 5, List.of(RATIO, MISSED)))
                .getAsJsonObject();
        assertThat(document.keySet())
                .containsExactly("agents", "vesPerHost", "processors", "java", "system", "figures");
        assertThat(document.getAsJsonArray("figures").get(1).getAsJsonObject().keySet())
                .containsExactly("name", "unit", "value", "bareLoop", "ratio", "mostRatio", "most", "met");
    }

    @Test
    void growthIsATableAndAPlotInWhichFlatIsFlat() {
        TreeMap<Integer, List<Figure>> runs = new TreeMap<>();
        for (int size : new int[] {100, 1000, 10_000}) {
            runs.put(size, List.of(Figure.of("status", "ms", 2), Figure.of("live heap an agent", "KiB", size / 10.0)));
        }
        assertThat(Growth.table(runs)).contains("status").contains("2.0 ms").contains("1000 KiB");
        String plot = Growth.plot(runs);
        assertThat(plot).startsWith("<svg ").endsWith("</svg>\n").contains("10000");
        // The same value at every size: the same height.
        assertThat(plot).containsPattern("points=\"60,(\\d+) \\d+,\\1 \\d+,\\1\"");
    }
}
