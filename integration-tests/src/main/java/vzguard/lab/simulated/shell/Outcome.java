package vzguard.lab.simulated.shell;

import java.util.List;

/** How a simulated program ended and what it printed. */
public record Outcome(int exit, String out, String err) {
    public static final Outcome OK = new Outcome(0, "", "");

    public static Outcome exit(int code) {
        return new Outcome(code, "", "");
    }

    /** Exit 0 with this text on standard output. */
    public static Outcome printed(String text) {
        return new Outcome(0, text, "");
    }

    /** An error message of one line. */
    public static Outcome failed(int code, String line) {
        return new Outcome(code, "", line + "\n");
    }

    /** An error message of several lines. */
    public static Outcome failed(int code, List<String> lines) {
        return new Outcome(code, "", String.join("\n", lines) + "\n");
    }
}
