package vzguard.lab.simulated.netfilter;

import java.util.List;

/** An iptables program ends with an error: its exit code and what it prints on standard error. */
final class IptablesRefusal extends Exception {
    private static final long serialVersionUID = 1;

    /** Exit codes of iptables. */
    static final int OTHER = 1;

    static final int PARAMETER = 2;
    static final int TABLE = 3;

    private final int exit;
    private final transient List<String> lines;

    private IptablesRefusal(int exit, List<String> lines) {
        super(String.join("\n", lines), null, false, false);
        this.exit = exit;
        this.lines = List.copyOf(lines);
    }

    /** A bad command line. The program's name and the hint are added by the program. */
    static IptablesRefusal parameter(String message) {
        return new IptablesRefusal(PARAMETER, message.lines().toList());
    }

    /** A bad command line whose message is followed by an empty line. */
    static IptablesRefusal parameterWithGap(String message) {
        return new IptablesRefusal(PARAMETER, List.of(message, ""));
    }

    static IptablesRefusal table(String name) {
        return new IptablesRefusal(
                TABLE,
                List.of(
                        "can't initialize iptables table `" + name + "': Table does not exist (do you need to insmod?)",
                        "Perhaps iptables or your kernel needs to be upgraded."));
    }

    /** The kernel's ENOENT, which also stands for a missing chain. */
    static IptablesRefusal missing() {
        return new IptablesRefusal(OTHER, List.of("No chain/target/match by that name."));
    }

    /** The kernel's EINVAL. */
    static IptablesRefusal invalid() {
        return new IptablesRefusal(OTHER, List.of("Invalid argument. Run `dmesg' for more information."));
    }

    /** The kernel's ELOOP. */
    static IptablesRefusal loop() {
        return new IptablesRefusal(OTHER, List.of("Too many levels of symbolic links."));
    }

    static IptablesRefusal noSuchRule() {
        return new IptablesRefusal(OTHER, List.of("Bad rule (does a matching rule exist in that chain?)."));
    }

    static IptablesRefusal other(String message) {
        return new IptablesRefusal(OTHER, List.of(message));
    }

    int exit() {
        return exit;
    }

    List<String> lines() {
        return lines;
    }
}
