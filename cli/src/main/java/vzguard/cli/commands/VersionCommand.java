package vzguard.cli.commands;

import com.google.gson.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code vzguard version}. */
@Command(name = "version", description = "The version of this CLI (vzguard status shows the controller's).")
public final class VersionCommand implements Callable<Integer> {
    private final Session session;

    public VersionCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        String version = version();
        return session.show(
                () -> {
                    JsonObject document = new JsonObject();
                    document.addProperty("version", version);
                    return document;
                },
                screen -> "vzguard " + version);
    }

    /** As the jar's manifest says; a class folder has none. */
    public static String version() {
        String version = VersionCommand.class.getPackage().getImplementationVersion();
        return version == null ? "(not packaged)" : version;
    }
}
