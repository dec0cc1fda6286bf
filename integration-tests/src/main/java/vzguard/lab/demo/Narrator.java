package vzguard.lab.demo;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Tells the story on a terminal or into a pipe, and keeps count of what held and what did not. Used by one thread. */
final class Narrator {
    private final PrintStream out;
    private final boolean colours;
    private final LongSupplier nanoTime;
    private final long begin;
    private final List<String> broken = new ArrayList<>();
    private int held;

    Narrator(PrintStream out, boolean colours, LongSupplier nanoTime) {
        this.out = out;
        this.colours = colours;
        this.nanoTime = nanoTime;
        this.begin = nanoTime.getAsLong();
    }

    void act(String title) {
        out.println();
        out.println(style("1", String.format(Locale.ROOT, "== %s  [%.1f s]", title, seconds())));
    }

    void say(String text) {
        out.println(text);
    }

    void command(String line) {
        out.println(style("36", "$ " + line));
    }

    /** What a program printed, indented so that it stands apart from the story. */
    void output(String text) {
        text.stripTrailing().lines().forEach(line -> out.println("  " + line));
    }

    /** A thing the story promises; all of them must hold for the demo to succeed. */
    void check(boolean holds, String promise, String otherwise) {
        if (holds) {
            held++;
            out.println(style("32", "  ok   ") + promise);
        } else {
            broken.add(promise + ": " + otherwise);
            out.println(style("31", "  FAIL ") + promise);
            otherwise.lines().forEach(line -> out.println("       " + line));
        }
    }

    List<String> broken() {
        return List.copyOf(broken);
    }

    int held() {
        return held;
    }

    double seconds() {
        return (nanoTime.getAsLong() - begin) / 1e9;
    }

    private String style(String code, String text) {
        return colours ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
