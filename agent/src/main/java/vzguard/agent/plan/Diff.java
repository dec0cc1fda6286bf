package vzguard.agent.plan;

import java.util.ArrayList;
import java.util.List;

/** Unified diff of two texts that differ in one region, which is what an edit in place leaves. */
final class Diff {
    private static final int CONTEXT = 2;

    private Diff() {}

    /** Empty when the texts are equal. */
    static String unified(String path, String before, String after) {
        if (before.equals(after)) {
            return "";
        }
        List<String> old = before.lines().toList();
        List<String> fresh = after.lines().toList();
        int head = 0;
        while (head < Math.min(old.size(), fresh.size()) && old.get(head).equals(fresh.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < Math.min(old.size(), fresh.size()) - head
                && old.get(old.size() - 1 - tail).equals(fresh.get(fresh.size() - 1 - tail))) {
            tail++;
        }
        int from = Math.max(0, head - CONTEXT);
        int kept = Math.min(CONTEXT, tail);
        List<String> lines = new ArrayList<>();
        lines.add("--- " + path);
        lines.add("+++ " + path);
        lines.add("@@ -" + range(from, old.size() - tail + kept) + " +" + range(from, fresh.size() - tail + kept)
                + " @@");
        old.subList(from, head).forEach(line -> lines.add(" " + line));
        old.subList(head, old.size() - tail).forEach(line -> lines.add("-" + line));
        fresh.subList(head, fresh.size() - tail).forEach(line -> lines.add("+" + line));
        old.subList(old.size() - tail, old.size() - tail + kept).forEach(line -> lines.add(" " + line));
        return String.join("\n", lines) + "\n";
    }

    private static String range(int from, int to) {
        return (to > from ? from + 1 : from) + "," + (to - from);
    }
}
