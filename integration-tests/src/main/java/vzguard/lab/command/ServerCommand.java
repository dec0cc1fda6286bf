package vzguard.lab.command;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import vzguard.lab.memory.SimulatedLabServer;
import vzguard.lab.real.LabServer;
import vzguard.lab.real.LabSpec;

/** {@code lab server}: started by {@code lab up}, never by a person. */
@Command(name = "server", hidden = true, description = "The process behind a lab.")
final class ServerCommand implements Runnable {
    @Mixin
    LabOptions options = new LabOptions();

    @Option(names = "--hosts", required = true)
    int hosts;

    @Option(names = "--ves", required = true)
    int ves;

    @Mixin
    IptablesOption iptables = new IptablesOption();

    @Mixin
    BootOption boot = new BootOption();

    @Mixin
    GenerationOption generation = new GenerationOption();

    @Option(
            names = "--hurry",
            defaultValue = "1",
            paramLabel = "N",
            description = "Real lab: what vzctl itself waits for is over N times as fast (default: ${DEFAULT-VALUE}).")
    int hurry;

    @Option(names = "--no-fleet")
    boolean bare;

    @Option(names = "--state", description = "The folder of a simulated lab.")
    Optional<Path> state = Optional.empty();

    @Override
    public void run() {
        LabSpec spec = new LabSpec(
                options.name,
                hosts,
                ves,
                !bare,
                iptables.backend(),
                false,
                boot.boot(generation.generation()),
                generation.generation(),
                hurry);
        if (state.isPresent()) {
            SimulatedLabServer.run(spec, state.get());
        } else {
            LabServer.run(spec);
        }
    }
}
