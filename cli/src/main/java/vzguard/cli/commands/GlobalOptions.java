package vzguard.cli.commands;

import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import vzguard.cli.render.Format;

/** Options that every command takes. Filled by picocli before a command runs. */
public final class GlobalOptions {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            scope = ScopeType.INHERIT,
            description = "How to print data: ${COMPLETION-CANDIDATES}; default: table")
    Format output = Format.TABLE;

    @Option(
            names = "--context",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description =
                    "Controller to talk to; default: $VZGUARD_CONTEXT, else the current one (vzguard context use)")
    String context = "";
}
