package vzguard.cli.commands;

import vzguard.cli.outcome.CommandFailed;
import vzguard.values.Ctid;

/**
 * A host, or a VE of it, as people write it: {@code HOST} or {@code HOST/CTID}.
 *
 * @param ctid empty for the host itself
 */
record TargetName(String host, String ctid) {
    /** @throws CommandFailed (bad input) when it is neither */
    static TargetName parse(String text) {
        int slash = text.indexOf('/');
        TargetName name = slash < 0
                ? new TargetName(text, "")
                : new TargetName(text.substring(0, slash), text.substring(slash + 1));
        if (name.host.isBlank() || (slash >= 0 && !Ctid.isValid(name.ctid))) {
            throw CommandFailed.badInput(
                    "\"" + text + "\" is no target (permitted: HOST, or HOST/CTID with a CTID from 1 to "
                            + Ctid.MAX_NUMBER + " or a UUID)");
        }
        return name;
    }

    /** @throws CommandFailed (bad input) when it is no VE */
    static TargetName parseVe(String text) {
        TargetName name = parse(text);
        if (name.ctid.isEmpty()) {
            throw CommandFailed.badInput("\"" + text + "\" names no VE (permitted: HOST/CTID)");
        }
        return name;
    }
}
