package vzguard.agent.plan;

import java.util.ArrayList;
import java.util.List;
import vzguard.agent.tools.ModuleFiles;

/** Lines of a file that names modules to load at boot. */
public final class ModuleLines {
    private ModuleLines() {}

    /** The content of the file of this name with lines for these modules added at its end. */
    public static String added(String path, String content, List<String> modules) {
        boolean script = ModuleFiles.isScript(path);
        List<String> lines = new ArrayList<>();
        if (content.isEmpty() && script) {
            lines.add("#!/bin/sh");
        }
        if (content.isEmpty()) {
            lines.add("# Loaded at boot; written by vzguard.");
        }
        modules.forEach(module -> lines.add(script ? "modprobe " + module + " >/dev/null 2>&1" : module));
        String border = content.isEmpty() || content.endsWith("\n") ? "" : "\n";
        return content + border + String.join("\n", lines) + "\n";
    }
}
