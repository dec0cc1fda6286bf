package vzguard.lab.command;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lab ssh}. */
@Command(
        name = "ssh",
        description =
                "Connects to port 22 of a host or VE from outside and says whether sshd answered; exit 1 if it did not.")
final class SshCommand implements Callable<Integer> {
    private static final int MOST = 1000;

    @Mixin
    LabOptions options = new LabOptions();

    @Parameters(paramLabel = "HOST[/CTID]")
    String place = "";

    @Option(names = "--from", paramLabel = "ADDR", description = "Source address (default: a stranger's).")
    Optional<String> from = Optional.empty();

    @Option(names = "-6", description = "Over IPv6.")
    boolean ipv6;

    @Option(
            names = "--count",
            defaultValue = "1",
            paramLabel = "N",
            description = "Attempts (default: ${DEFAULT-VALUE}).")
    int count;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (count < 1 || count > MOST) {
            throw new LabOptions.BadInput("--count: " + count + " is not in 1-" + MOST);
        }
        boolean sixth = ipv6 || from.filter(address -> address.contains(":")).isPresent();
        return options.attached().ssh(place, from, sixth, count);
    }
}
