package vzguard.agent.model;

import java.util.OptionalInt;

/**
 * What was seen, verbatim: a program that ran and what it printed, or a file that was read.
 *
 * @param source the command line, or the path of the file
 * @param text what it printed or holds, at most {@value #MAX_TEXT} characters, without control characters but line feeds
 * @param exit exit code; empty for a file
 */
public record Evidence(String source, String text, OptionalInt exit) {
    public static final int MAX_TEXT = 4096;

    public Evidence {
        String clean = clean(text);
        text = clean.length() > MAX_TEXT ? clean.substring(0, MAX_TEXT) : clean;
    }

    public static Evidence ofProgram(String commandLine, int exit, String printed) {
        return new Evidence(commandLine, printed, OptionalInt.of(exit));
    }

    public static Evidence ofFile(String path, String content) {
        return new Evidence(path, content, OptionalInt.empty());
    }

    /** Text as a terminal may show it: control characters, which a VE may send to fool one, become question marks. */
    public static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean harmless = c == '\n' || c == '\t' || (c >= ' ' && c != 127 && !(c >= 128 && c < 160));
            clean.append(harmless ? c : '?');
        }
        return clean.toString();
    }
}
