package vzguard.agent.verbs;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import vzguard.agent.AgentSettings;
import vzguard.agent.enrol.Enrolment;
import vzguard.agent.enrol.Identity;
import vzguard.agent.enrol.IdentityFolder;

/**
 * {@code enrol}: exit 0 when this host has an identity afterwards (also when it had one), 2 for bad input, 4 when the
 * controller refused, 5 when it cannot be reached.
 */
@Command(name = "enrol", description = "Get this host its identity from a controller, with a one-time token.")
public final class EnrolCommand implements Callable<Integer> {
    @Mixin
    private VerbOptions options = new VerbOptions();

    @Option(
            names = "--controller",
            paramLabel = "HOST:PORT",
            description = "the controller (default: the configured one)")
    private @Nullable String controller;

    @Option(
            names = "--token-file",
            required = true,
            paramLabel = "FILE",
            description = "where the token is; - reads it from standard input")
    private String tokenFile = "-";

    private final Surroundings surroundings;

    public EnrolCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        var err = surroundings.err();
        try {
            AgentSettings settings = options.settings();
            Optional<Identity> present = new IdentityFolder(settings.stateDirectory()).load();
            if (present.isPresent()) {
                err.println("this host is enrolled already, as " + present.get().hostId());
                return 0;
            }
            String address = Optional.ofNullable(controller)
                    .or(settings::controller)
                    .orElseThrow(() -> new IOException("no controller: give --controller HOST:PORT, or configure it"));
            Enrolment.Outcome outcome = Enrolment.enrol(
                    AgentSettings.addresses(address),
                    Enrolment.readToken(tokenFile),
                    settings.hostName(),
                    settings.labels(),
                    settings.stateDirectory());
            if (outcome instanceof Enrolment.NotEnrolled not) {
                err.println(not.reason() + "\n" + not.next());
                return not.worthRetrying() ? 5 : 4;
            }
            Identity identity = ((Enrolment.Enrolled) outcome).identity();
            surroundings.out().println("enrolled as " + identity.hostId());
            return 0;
        } catch (IOException e) {
            err.println(e.getMessage());
            return 2;
        }
    }
}
