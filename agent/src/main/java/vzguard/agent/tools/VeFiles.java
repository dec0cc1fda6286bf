package vzguard.agent.tools;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import vzguard.agent.boot.BootLayout;
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

    /** Makes links to {@code $1} of all other names. */
    public static final String LINK =
            "target=$1; shift; for link in \"$@\"; do mkdir -p \"${link%/*}\" && ln -sf \"$target\" \"$link\" || exit 1; done";

    /** Prints where each of the named links leads. An old readlink takes one name only. */
    private static final String LINKS =
            "for link in \"$@\"; do [ ! -L \"$link\" ] || echo \"$link $(readlink \"$link\")\"; done";

    /** Removes the files named, and the directories that were made for them when nothing is left in them. */
    public static final String REMOVE = "for file in \"$@\"; do rm -f \"$file\" || exit 1; case $file in "
            + BootLayout.MADE.stream().map(made -> made + "/*").collect(Collectors.joining(" | "))
            + ") rmdir \"${file%/*}\" 2>/dev/null ;; esac; done; :";

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

    public CommandResult link(Ctid ctid, String target, List<String> links) {
        return withNames(ctid, LINK, Stream.concat(Stream.of(target), links.stream()));
    }

    /** Where each of these names leads; what is no link is not among them. */
    public Map<String, String> links(Ctid ctid, List<String> names) {
        Map<String, String> links = new LinkedHashMap<>();
        for (String line : withNames(ctid, LINKS, names.stream()).out().lines().toList()) {
            int blank = line.indexOf(' ');
            if (blank > 0 && names.contains(line.substring(0, blank))) {
                links.put(line.substring(0, blank), line.substring(blank + 1));
            }
        }
        return links;
    }

    public CommandResult remove(Ctid ctid, List<String> names) {
        return withNames(ctid, REMOVE, names.stream());
    }

    private CommandResult withNames(Ctid ctid, String script, Stream<String> names) {
        return run(
                ctid,
                "",
                Stream.concat(Stream.of("sh", "-c", script, "sh"), names).toList());
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
