package vzguard.lab.command;

import java.util.List;
import picocli.CommandLine.Option;
import vzguard.lab.real.IptablesBackend;

/** What brings a lab up takes it: which iptables its hosts and VEs have. */
public final class IptablesOption {
    @Option(
            names = "--iptables",
            defaultValue = "legacy",
            paramLabel = "legacy|nft",
            description = "What iptables is on the hosts and in the VEs (default: ${DEFAULT-VALUE}).")
    String word = "legacy";

    /** The backend that was asked for; the usual one for a word that {@link #problems} complains about. */
    public IptablesBackend backend() {
        return IptablesBackend.of(word).orElse(IptablesBackend.LEGACY);
    }

    /** What is wrong with what was asked for; empty when nothing is. */
    public List<String> problems(boolean simulated) {
        if (IptablesBackend.of(word).isEmpty()) {
            return List.of("--iptables: \"" + word + "\" is not one of " + IptablesBackend.words());
        }
        return simulated && backend() == IptablesBackend.NFT
                ? List.of(
                        "--iptables: the simulated lab has iptables 1.8.9 (legacy) only; nft needs the real lab, without"
                                + " --simulated")
                : List.of();
    }
}
