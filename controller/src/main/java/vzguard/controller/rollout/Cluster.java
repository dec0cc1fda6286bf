package vzguard.controller.rollout;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Targets of a rollout that ended alike: thousands of failures with three causes are three of these.
 *
 * @param causes codes; empty when the agent named none
 * @param summary of the first of them
 * @param first the first of them, as an example of all
 * @param targets the first {@link #EXAMPLES} of them
 * @param count all of them
 */
public record Cluster(
        TaskState state, List<String> causes, String summary, TaskRow first, List<TargetRef> targets, int count) {
    /** Targets that are named. */
    public static final int EXAMPLES = 5;

    private static final Pattern NUMBER = Pattern.compile("[0-9]+");

    public Cluster {
        causes = List.copyOf(causes);
        targets = List.copyOf(targets);
    }

    /** What makes two ends alike: sentences that differ in names and numbers only say the same. */
    private record Likeness(TaskState state, List<String> causes, String said) {}

    /** The tasks that failed, were refused, unreachable or skipped; the largest cluster first, then by the first target. */
    public static List<Cluster> of(List<TaskRow> tasks) {
        Map<Likeness, List<TaskRow>> alike = new LinkedHashMap<>();
        for (TaskRow row : tasks) {
            if (row.state().isRetriable() || row.state() == TaskState.SKIPPED) {
                alike.computeIfAbsent(new Likeness(row.state(), row.causes(), said(row)), none -> new ArrayList<>())
                        .add(row);
            }
        }
        return alike.values().stream()
                .map(rows -> of(rows, rows.get(0)))
                .sorted(Comparator.comparing((Cluster cluster) -> -cluster.count())
                        .thenComparing(cluster -> cluster.first().index()))
                .toList();
    }

    private static Cluster of(List<TaskRow> all, TaskRow first) {
        return new Cluster(
                first.state(),
                first.causes(),
                first.summary(),
                first,
                all.stream().limit(EXAMPLES).map(TaskRow::target).toList(),
                all.size());
    }

    private static String said(TaskRow row) {
        // A number needs no name of its own; a UUID has letters.
        String text = row.summary().replace(row.target().hostName(), "HOST");
        boolean uuid = row.target().ctid().indexOf('-') >= 0;
        return NUMBER.matcher(uuid ? text.replace(row.target().ctid(), "N") : text)
                .replaceAll("N");
    }

    /** {@code hn1/101, hn2/101 and 3998 more}. */
    public String named() {
        String some =
                String.join(", ", targets.stream().map(TargetRef::toString).toList());
        return count > targets.size() ? some + " and " + (count - targets.size()) + " more" : some;
    }
}
