package vzguard.cli.render;

import java.util.List;

/** A description of one thing: labelled values, lists under headings. */
final class Details {
    private static final int LABEL = 14;

    private final StringBuilder text = new StringBuilder();
    private final Screen screen;

    Details(Screen screen) {
        this.screen = screen;
    }

    /** The first line: what it is about. */
    Details title(String title) {
        text.append(screen.paint(Tone.STRONG, Text.line(title))).append('\n');
        return this;
    }

    Details value(String label, String value) {
        return value(label, value, Tone.PLAIN);
    }

    /** A label and its value; a long label pushes the value. */
    Details value(String label, String value, Tone tone) {
        String shown = label.length() < LABEL ? label + " ".repeat(LABEL - label.length()) : label + " ";
        text.append("  ")
                .append(shown)
                .append(screen.paint(tone, Text.orDash(value)))
                .append('\n');
        return this;
    }

    Details heading(String heading) {
        text.append(screen.paint(Tone.STRONG, heading)).append('\n');
        return this;
    }

    /** One line each under the heading; nothing at all when there is none. */
    Details list(String heading, List<String> lines, Tone tone) {
        if (!lines.isEmpty()) {
            heading(heading);
            lines.forEach(line -> line(screen.paint(tone, Text.line(line))));
        }
        return this;
    }

    /** A line that is clean already. */
    Details line(String line) {
        text.append("  ").append(line).append('\n');
        return this;
    }

    /** Several lines from a host, indented. */
    Details block(String block, String margin) {
        text.append(Text.indent(block, margin)).append('\n');
        return this;
    }

    /** A table, indented. */
    Details table(Table table) {
        String rendered = table.render(screen.format(), Screen.WIDTH - 2, screen.colour());
        rendered.lines().forEach(this::line);
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
