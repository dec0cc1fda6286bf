package vzguard.lab.real;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Starts the process behind a lab. It says on its standard output a line per step, then {@code up} or {@code failed WHY}, and
 * goes on without its starter.
 */
public final class ServerStart {
    private ServerStart() {}

    /**
     * Returns when the lab is up.
     *
     * @throws LabException when it did not come up
     */
    public static void run(String lab, ProcessBuilder server, Consumer<String> progress) {
        try (BufferedReader said = server.start().inputReader(StandardCharsets.UTF_8)) {
            for (String line = said.readLine(); !"up".equals(line); line = said.readLine()) {
                if (line == null || line.startsWith("failed ")) {
                    throw new LabException("lab " + lab + " did not come up: "
                            + (line == null
                                    ? "its server died"
                                    : line.substring("failed ".length()).replace("\\n", "\n")));
                }
                progress.accept(line);
            }
        } catch (IOException e) {
            throw new LabException("cannot start the server of lab " + lab, e);
        }
    }
}
