package vzguard.agent.verbs;

import picocli.CommandLine.Parameters;
import vzguard.values.Ctid;

/** The one place that a command is about. */
final class OnePlace {
    @Parameters(
            arity = "0..1",
            paramLabel = "CTID",
            description = "the VE; left out: the host itself",
            defaultValue = "")
    private String ctid = "";

    /** Empty for the host. */
    String ctid() {
        if (ctid.isEmpty() || Ctid.isValid(ctid)) {
            return ctid;
        }
        throw new CommandFailed(ExitCode.BAD_INPUT, ctid + " is no CTID; a number from 1 to 2147483644, or a UUID");
    }
}
