package vzguard.controller.policy;

import java.util.ArrayList;
import java.util.List;

/** Unified diff of two texts by lines, three lines of context. Pure; meant for texts of some hundred lines. */
public final class LineDiff {
    private static final int CONTEXT = 3;

    private LineDiff() {}

    /** Empty when the texts are equal. */
    public static String unified(String fromName, String from, String toName, String to) {
        if (from.equals(to)) {
            return "";
        }
        List<Line> lines = compare(from.lines().toList(), to.lines().toList());
        StringBuilder out = new StringBuilder("--- " + fromName + "\n+++ " + toName + "\n");
        int start = 0;
        while (true) {
            int first = nextChange(lines, start);
            if (first == lines.size()) {
                return out.toString();
            }
            int end = endOfHunk(lines, first);
            appendHunk(out, lines, Math.max(start, first - CONTEXT), end);
            start = end;
        }
    }

    /** @param mark ' ', '-' or '+' */
    private record Line(char mark, String text) {}

    private static List<Line> compare(List<String> from, List<String> to) {
        // common[i][j]: length of the longest common subsequence of what follows i and j.
        int[][] common = new int[from.size() + 1][to.size() + 1];
        for (int i = from.size() - 1; i >= 0; i--) {
            for (int j = to.size() - 1; j >= 0; j--) {
                common[i][j] = from.get(i).equals(to.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        List<Line> lines = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (i < from.size() || j < to.size()) {
            if (i < from.size() && j < to.size() && from.get(i).equals(to.get(j))) {
                lines.add(new Line(' ', from.get(i)));
                i++;
                j++;
            } else if (j == to.size() || (i < from.size() && common[i + 1][j] >= common[i][j + 1])) {
                lines.add(new Line('-', from.get(i)));
                i++;
            } else {
                lines.add(new Line('+', to.get(j)));
                j++;
            }
        }
        return lines;
    }

    private static int nextChange(List<Line> lines, int from) {
        int index = from;
        while (index < lines.size() && lines.get(index).mark() == ' ') {
            index++;
        }
        return index;
    }

    /** After the last context line of the hunk that starts with the change at {@code first}. */
    private static int endOfHunk(List<Line> lines, int first) {
        int end = first;
        while (true) {
            while (end < lines.size() && lines.get(end).mark() != ' ') {
                end++;
            }
            int next = nextChange(lines, end);
            if (next == lines.size() || next - end > 2 * CONTEXT) {
                return Math.min(lines.size(), end + CONTEXT);
            }
            end = next;
        }
    }

    private static void appendHunk(StringBuilder out, List<Line> lines, int start, int end) {
        List<Line> hunk = lines.subList(start, end);
        out.append("@@ -")
                .append(range(count(lines.subList(0, start), '+'), count(hunk, '+')))
                .append(" +")
                .append(range(count(lines.subList(0, start), '-'), count(hunk, '-')))
                .append(" @@\n");
        hunk.forEach(line -> out.append(line.mark()).append(line.text()).append('\n'));
    }

    private static String range(int before, int length) {
        return (length == 0 ? before : before + 1) + "," + length;
    }

    /** Lines that are on the side which does not have lines of this mark. */
    private static int count(List<Line> lines, char absent) {
        return (int) lines.stream().filter(line -> line.mark() != absent).count();
    }
}
