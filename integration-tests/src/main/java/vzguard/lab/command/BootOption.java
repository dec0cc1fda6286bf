package vzguard.lab.command;

import java.util.List;
import picocli.CommandLine.Option;
import vzguard.lab.real.LabBoot;

/** What brings a lab up takes it: how its hosts and VEs boot. */
public final class BootOption {
    @Option(
            names = "--boot",
            defaultValue = "debian",
            paramLabel = "LAYOUT",
            description =
                    "How hosts and VEs boot: debian, debian-persistent, rhel6, rhel7, alpine (default: ${DEFAULT-VALUE}).")
    String word = "debian";

    /** The layout that was asked for; the usual one for a word that {@link #problems} complains about. */
    public LabBoot boot() {
        return LabBoot.of(word).orElse(LabBoot.DEBIAN);
    }

    /** What is wrong with what was asked for; empty when nothing is. */
    public List<String> problems(boolean simulated) {
        if (LabBoot.of(word).isEmpty()) {
            return List.of("--boot: \"" + word + "\" is not one of " + LabBoot.words());
        }
        return simulated && boot() != LabBoot.DEBIAN
                ? List.of("--boot: the hosts of the simulated lab boot as debian only; " + word
                        + " needs the real lab, without --simulated")
                : List.of();
    }
}
