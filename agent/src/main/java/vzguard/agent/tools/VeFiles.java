package vzguard.agent.tools;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.values.Ctid;

/**
 * Own files inside a VE, written by a program that runs in the VE: a write through {@code /vz/root} would follow a link
 * that the VE's owner planted, into the host's own files (seen). The scripts are constants; names are arguments, content is
 * standard input.
 */
public final class VeFiles {
    /** Writes standard input to the file {@code $1} with mode {@code $2}, atomically, and prints what is in it then. */
    public static final String WRITE =
            "umask 022; mkdir -p \"${1%/*}\" </dev/null && cat >\"$1.vzguard-new\" && chmod \"$2\" \"$1.vzguard-new\""
                    + " && mv -f \"$1.vzguard-new\" \"$1\" && cat \"$1\"";

    /** Removes the files named, and the own directory when nothing is left in it. */
    public static final String REMOVE = "rm -f \"$@\" && { rmdir /etc/vzguard 2>/dev/null || :; }";

    private final CommandRunner runner;

    public VeFiles(CommandRunner runner) {
        this.runner = runner;
    }

    /**
     * What it printed is the file's content afterwards.
     *
     * @param mode as chmod takes it ("0644")
     */
    public CommandResult write(Ctid ctid, String file, String content, String mode) {
        return run(ctid, content, List.of("sh", "-c", WRITE, "sh", file, mode));
    }

    public CommandResult remove(Ctid ctid, List<String> names) {
        List<String> argv = new ArrayList<>(List.of("sh", "-c", REMOVE, "sh"));
        argv.addAll(names);
        return run(ctid, "", argv);
    }

    /** Empty when there is no such file. */
    public Optional<String> read(Ctid ctid, String file) {
        CommandResult result = run(ctid, "", List.of("cat", file));
        return result.succeeded() && !result.truncated() ? Optional.of(result.out()) : Optional.empty();
    }

    private CommandResult run(Ctid ctid, String stdin, List<String> argv) {
        return runner.run(Vzctl.execCommand(ctid, stdin, argv));
    }
}
