package vzguard.lab.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Rows of vzlist as its columns, or as its JSON, in which a quotation mark inside a string stays as it is. */
final class VzlistRendering {
    private VzlistRendering() {}

    static List<String> text(List<VzlistField> fields, List<VzlistRow> rows, boolean header) {
        List<String> lines = new ArrayList<>();
        if (header) {
            lines.add(line(fields, fields.stream().map(VzlistField::header).toList()));
        }
        for (VzlistRow row : rows) {
            lines.add(line(fields, fields.stream().map(field -> field.text(row)).toList()));
        }
        return lines;
    }

    /** Cells longer than their column are cut, but for the last one, which is neither cut nor filled up. */
    private static String line(List<VzlistField> fields, List<String> cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            int width = Math.abs(fields.get(i).width());
            boolean right = fields.get(i).width() < 0;
            boolean last = i == cells.size() - 1;
            String cell = cells.get(i);
            String filling = " ".repeat(Math.max(0, width - cell.length()));
            line.append(i > 0 ? " " : "").append(right ? filling : "");
            line.append(last || right ? cell : cell.substring(0, Math.min(width, cell.length())));
            line.append(right || last ? "" : filling);
        }
        return line.toString();
    }

    static List<String> json(List<VzlistField> fields, List<VzlistRow> rows) {
        String text = rows.stream()
                .map(row -> fields.stream()
                        .map(field ->
                                "    \"" + field.name() + "\": " + field.json().apply(row))
                        .collect(Collectors.joining(",\n", "  {\n", "\n  }")))
                .collect(Collectors.joining(",\n", "[\n", "\n]"));
        return text.lines().toList();
    }
}
