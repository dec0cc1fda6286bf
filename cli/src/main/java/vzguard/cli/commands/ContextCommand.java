package vzguard.cli.commands;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import vzguard.cli.outcome.CommandFailed;
import vzguard.cli.outcome.ExitCode;
import vzguard.cli.render.Screen;
import vzguard.cli.render.Table;

/** {@code vzguard context}. */
@Command(name = "context", description = "The controllers you are logged in to.")
public final class ContextCommand {
    private final Session session;

    public ContextCommand(Session session) {
        this.session = session;
    }

    private record Line(String name, String address, boolean current) {}

    @Command(description = "List contexts; the current one is marked.")
    int list() {
        String current = session.contexts().current().orElse("");
        List<Line> lines = session.contexts().names().stream()
                .map(name -> new Line(name, address(name), name.equals(current)))
                .toList();
        return session.show(() -> document(lines), screen -> table(lines, screen));
    }

    @Command(description = "Talk to this controller from now on.")
    int use(@Parameters(paramLabel = "NAME", description = "Of a context") String name) {
        session.contexts().use(name);
        session.console().say("context is now " + name + " (" + address(name) + ")");
        return ExitCode.DONE;
    }

    private String address(String name) {
        try {
            return session.contexts().load(name).address();
        } catch (CommandFailed e) {
            return "(not complete)";
        }
    }

    private static JsonObject document(List<Line> lines) {
        JsonArray contexts = new JsonArray();
        for (Line line : lines) {
            JsonObject context = new JsonObject();
            context.addProperty("name", line.name());
            context.addProperty("address", line.address());
            context.addProperty("current", line.current());
            contexts.add(context);
        }
        JsonObject document = new JsonObject();
        document.add("contexts", contexts);
        return document;
    }

    private static String table(List<Line> lines, Screen screen) {
        Table table = new Table("CURRENT", "CONTEXT", "ADDRESS");
        lines.forEach(line -> table.add(line.current() ? "*" : "", line.name(), line.address()));
        return screen.render(table);
    }
}
