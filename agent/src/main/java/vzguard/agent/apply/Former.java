package vzguard.agent.apply;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a file of the host was before vzguard changed it, and what vzguard made of it. Pure.
 *
 * @param path its name
 * @param before its content then; empty: there was no such file
 * @param inFolder whether its folder was there then
 * @param after what vzguard last wrote; empty: not known, a crash came between
 */
record Former(String path, Optional<String> before, boolean inFolder, Optional<String> after) {
    private static final String PATH = "path ";
    private static final String NO_FILE = "no file";
    private static final String NO_FOLDER = "no folder";
    private static final String UNKNOWN = "unknown";
    private static final String BEFORE = "-";
    private static final String AFTER = "+";
    private static final String UNENDED = "\\";
    /** What vzguard lets vzctl change in the config of a VE. */
    private static final List<String> SHARING = List.of("IPTABLES=", "NETFILTER=");

    /** What a file should be. */
    record Content(Optional<String> text) {}

    /**
     * What the file is without vzguard's changes, where others may have changed it too: their lines stay.
     *
     * @param now what it is; empty: there is no such file
     * @return empty when the lines that vzguard wrote are not there as it wrote them: then they are somebody else's
     */
    Optional<Content> takenBack(Optional<String> now) {
        if (now.equals(before) || now.equals(after)) {
            return Optional.of(new Content(before));
        }
        if (now.isEmpty()) {
            return Optional.empty();
        }
        if (after.isEmpty()) {
            return Optional.of(new Content(Optional.of(withFormerKeys(now.get()))));
        }
        List<String> old = lines(before.orElse(""));
        List<String> written = lines(after.get());
        int head = commonHead(old, written);
        int most = Math.min(old.size(), written.size()) - head;
        int tail = Math.min(most, commonHead(reversed(old), reversed(written)));
        List<String> ours = written.subList(head, written.size() - tail);
        List<String> theirs = new ArrayList<>(lines(now.get()));
        int at = ours.isEmpty() ? -1 : Collections.indexOfSubList(theirs, ours);
        if (at < 0 || Collections.lastIndexOfSubList(theirs, ours) != at) {
            return Optional.empty();
        }
        theirs.subList(at, at + ours.size()).clear();
        theirs.addAll(at, old.subList(head, old.size() - tail));
        return Optional.of(new Content(Optional.of(String.join("", theirs))));
    }

    /** Where a crash came between, vzctl may have changed these keys, and nothing else. */
    private String withFormerKeys(String now) {
        List<String> old = lines(before.orElse(""));
        List<String> kept = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String line : lines(now)) {
            Optional<String> key = SHARING.stream().filter(line::startsWith).findFirst();
            if (key.isEmpty()) {
                kept.add(line);
            } else if (seen.add(key.get())) {
                old.stream().filter(former -> former.startsWith(key.get())).forEach(kept::add);
            }
        }
        return String.join("", kept);
    }

    /** With its end of line each, so that also a last line without one comes back as it was. */
    private static List<String> lines(String text) {
        return Stream.of(text.split("(?<=\n)", -1))
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private static int commonHead(List<String> one, List<String> other) {
        int same = 0;
        while (same < Math.min(one.size(), other.size()) && one.get(same).equals(other.get(same))) {
            same++;
        }
        return same;
    }

    private static List<String> reversed(List<String> lines) {
        List<String> reversed = new ArrayList<>(lines);
        Collections.reverse(reversed);
        return reversed;
    }

    /** For the file in which it is kept; {@link #parse} reads it. An administrator can, too. */
    String text() {
        StringBuilder text = new StringBuilder(PATH + path + "\n");
        if (!inFolder) {
            text.append(NO_FOLDER + "\n");
        }
        before.ifPresentOrElse(content -> append(text, BEFORE, content), () -> text.append(NO_FILE + "\n"));
        after.ifPresentOrElse(content -> append(text, AFTER, content), () -> text.append(UNKNOWN + "\n"));
        return text.toString();
    }

    private static void append(StringBuilder text, String sign, String content) {
        for (String line : lines(content)) {
            text.append(sign).append(line);
            if (!line.endsWith("\n")) {
                text.append('\n').append(UNENDED).append('\n');
            }
        }
    }

    /** @throws IllegalArgumentException when it is none */
    static Former parse(String text) {
        List<String> lines = text.isEmpty() ? List.of() : List.of(text.split("\n", -1));
        if (lines.isEmpty() || !lines.get(0).startsWith(PATH)) {
            throw new IllegalArgumentException("it does not begin with \"" + PATH + "\"");
        }
        return new Former(
                lines.get(0).substring(PATH.length()),
                lines.contains(NO_FILE) ? Optional.empty() : Optional.of(content(lines, BEFORE)),
                !lines.contains(NO_FOLDER),
                lines.contains(UNKNOWN) ? Optional.empty() : Optional.of(content(lines, AFTER)));
    }

    private static String content(List<String> lines, String sign) {
        StringBuilder content = new StringBuilder();
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i).startsWith(sign)) {
                boolean unended = i + 1 < lines.size() && lines.get(i + 1).equals(UNENDED);
                content.append(lines.get(i).substring(sign.length())).append(unended ? "" : "\n");
            }
        }
        return content.toString();
    }
}
