package vzguard.cli.render;

import java.time.Instant;

/**
 * How text for people is to look.
 *
 * @param format {@link Format#TABLE} or {@link Format#WIDE}
 * @param colour with colours
 * @param now the time that ages are counted to
 */
public record Screen(Format format, boolean colour, Instant now) {
    /** Columns of a table that is not wide. */
    public static final int WIDTH = 80;

    public boolean wide() {
        return format == Format.WIDE;
    }

    public String paint(Tone tone, String text) {
        return tone.paint(text, colour);
    }

    public String render(Table table) {
        return table.render(format, WIDTH, colour);
    }
}
