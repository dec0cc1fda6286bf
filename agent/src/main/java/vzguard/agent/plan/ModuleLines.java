package vzguard.agent.plan;

import java.util.ArrayList;
import java.util.List;

/** Lines of a file that names modules to load at boot. */
public final class ModuleLines {
    private ModuleLines() {}

    /** A file's content with lines for these modules added at its end. */
    public static String added(String content, List<String> modules) {
        List<String> lines = new ArrayList<>();
        if (content.isEmpty()) {
            lines.add("# Loaded at boot; written by vzguard.");
        }
        lines.addAll(modules);
        String border = content.isEmpty() || content.endsWith("\n") ? "" : "\n";
        return content + border + String.join("\n", lines) + "\n";
    }
}
