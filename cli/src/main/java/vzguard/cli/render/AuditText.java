package vzguard.cli.render;

import java.util.List;
import vzguard.v1.AuditEntry;

/** Who did what. */
public final class AuditText {
    private AuditText() {}

    /** In the controller's order, newest first. */
    public static String table(List<AuditEntry> entries, Screen screen) {
        Table table = new Table("WHEN", "WHO", "WHAT", "DETAIL");
        for (AuditEntry entry : entries) {
            table.add(
                    Ages.time(entry.getAt()),
                    Text.line(entry.getActor()),
                    Text.line(entry.getAction()),
                    Text.line(entry.getDetail()));
        }
        return screen.render(table);
    }
}
