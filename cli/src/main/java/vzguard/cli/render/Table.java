package vzguard.cli.render;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows under headings, two spaces between columns. */
public final class Table {
    private static final String GAP = "  ";
    /** No column is made narrower than this, nor than its heading, to save others. */
    private static final int NARROWEST = 8;

    private final List<String> headings;
    private final List<List<Cell>> rows = new ArrayList<>();

    public Table(String... headings) {
        this.headings = List.of(headings);
    }

    /** One field of a row; control characters in its text are replaced. */
    public record Cell(String text, Tone tone) {
        public Cell {
            text = Text.line(text);
        }

        public static Cell of(String text) {
            return new Cell(text, Tone.PLAIN);
        }
    }

    /** Adds a row. Strings and {@link Cell}s, as many as there are headings. */
    public void add(Object... fields) {
        if (fields.length != headings.size()) {
            throw new IllegalArgumentException(fields.length + " fields under " + headings.size() + " headings");
        }
        rows.add(Arrays.stream(fields)
                .map(field -> field instanceof Cell cell ? cell : Cell.of(String.valueOf(field)))
                .toList());
    }

    /**
     * The table as lines, each ended. In {@link Format#TABLE} the widest columns are cut until it fits the width.
     *
     * @param width columns of the screen
     */
    public String render(Format format, int width, boolean colour) {
        int[] widths = natural();
        if (format == Format.TABLE) {
            shrink(widths, width);
        }
        StringBuilder text = new StringBuilder();
        line(
                text,
                headings.stream().map(heading -> new Cell(heading, Tone.STRONG)).toList(),
                widths,
                colour);
        for (List<Cell> row : rows) {
            line(text, row, widths, colour);
        }
        return text.toString();
    }

    private int[] natural() {
        int[] widths = new int[headings.size()];
        for (int i = 0; i < widths.length; i++) {
            widths[i] = length(headings.get(i));
            for (List<Cell> row : rows) {
                widths[i] = Math.max(widths[i], length(row.get(i).text()));
            }
        }
        return widths;
    }

    private void shrink(int[] widths, int width) {
        int total = Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1);
        while (total > width) {
            int widest = -1;
            for (int i = 0; i < widths.length; i++) {
                boolean spare = widths[i] > Math.max(NARROWEST, length(headings.get(i)));
                widest = spare && (widest < 0 || widths[i] > widths[widest]) ? i : widest;
            }
            if (widest < 0) {
                return;
            }
            widths[widest]--;
            total--;
        }
    }

    private static void line(StringBuilder text, List<Cell> cells, int[] widths, boolean colour) {
        StringBuilder line = new StringBuilder();
        int blanks = 0;
        for (int i = 0; i < widths.length; i++) {
            Cell cell = cells.get(i);
            String shown = Text.cut(cell.text(), widths[i]);
            if (!shown.isEmpty()) {
                line.append(" ".repeat(blanks)).append(cell.tone().paint(shown, colour));
                blanks = 0;
            }
            blanks += widths[i] - length(shown) + GAP.length();
        }
        text.append(line).append('\n');
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
