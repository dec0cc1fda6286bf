package vzguard.it.simulation;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.logging.LogManager;
import org.slf4j.LoggerFactory;

/** Neither agents nor controllers log while it is open: in a simulation they fail by the thousand. */
final class Quiet implements AutoCloseable {
    /** Held: a logger that nobody holds forgets its level. */
    private final java.util.logging.Logger agents = java.util.logging.Logger.getLogger("vzguard");

    private final Logger controllers = (Logger) LoggerFactory.getLogger("vzguard");

    Quiet() {
        LogManager.getLogManager().addLogger(agents);
        agents.setLevel(java.util.logging.Level.OFF);
        controllers.setLevel(Level.OFF);
    }

    @Override
    public void close() {
        agents.setLevel(null);
        controllers.setLevel(null);
    }
}
