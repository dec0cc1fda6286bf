package vzguard.lab.command;

import picocli.CommandLine.Command;

/** {@code vzguard lab}: a fleet of lab hosts on this machine. */
@Command(
        name = "lab",
        description = "A fleet to try vzguard on: hosts and containers as namespaces of this machine (root), or with"
                + " --simulated in memory (anybody).",
        subcommands = {
            UpCommand.class,
            StatusCommand.class,
            DownCommand.class,
            RebootCommand.class,
            ExecCommand.class,
            SshCommand.class,
            TrapCommand.class,
            ServerCommand.class
        })
public final class LabCommand {}
