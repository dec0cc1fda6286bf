package vzguard.agent.verbs;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import vzguard.agent.apply.PendingUndo;
import vzguard.agent.apply.Reverter;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.model.Place;
import vzguard.values.Cidr;

/** Confirms the host's guard, from an SSH login that was made since it was written. */
@Command(
        name = "confirm",
        description = "Confirms the guard that `apply` wrote on this host; from an SSH login made since then.")
public final class ConfirmCommand implements Callable<Integer> {
    /** What sshd tells a login: "ADDRESS PORT ADDRESS PORT", the client's first. */
    private static final String CONNECTION = "SSH_CONNECTION=";

    @Mixin
    private VerbOptions options = new VerbOptions();

    private final Surroundings surroundings;

    public ConfirmCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Reverter reverter = options.reverter(surroundings.runner());
        List<PendingUndo> waiting = reverter.pending().stream()
                .filter(pending -> pending.place().equals(Place.HOST))
                .toList();
        if (waiting.isEmpty()) {
            throw new CommandFailed(ExitCode.REFUSED, "no guard of this host waits for a confirmation");
        }
        String login = login(options.files(), ProcessHandle.current())
                .orElseThrow(() -> refused("this is no SSH login (there is no SSH_CONNECTION)"));
        TreeSet<String> before = new TreeSet<>();
        waiting.forEach(pending -> before.addAll(pending.peers()));
        if (before.contains(login)) {
            throw refused("this login (from " + login.replace(" ", " port ") + ") is older than the guard");
        }
        if (!reverter.confirm(Place.HOST)) {
            throw new CommandFailed(ExitCode.FAILED, "too late: the guard is taken back");
        }
        surroundings.out().println("the guard of the host is confirmed");
        return ExitCode.DONE;
    }

    private static CommandFailed refused(String why) {
        return new CommandFailed(
                ExitCode.REFUSED,
                why + ", and says nothing about whether the guard still lets you in; log in anew and confirm there");
    }

    /** Of this process, or, as sudo and su drop it, of the nearest above it: "ADDRESS PORT" of the client. */
    private static Optional<String> login(HostFiles files, ProcessHandle process) {
        Optional<String> own = files.read("/proc/" + process.pid() + "/environ").stream()
                .flatMap(text -> Stream.of(text.split("\0", -1)))
                .filter(variable -> variable.startsWith(CONNECTION))
                .map(variable -> variable.substring(CONNECTION.length()).split(" ", -1))
                .filter(words -> words.length == 4)
                .flatMap(words -> address(words[0]).map(address -> address + " " + words[1]))
                .findFirst();
        return own.or(() -> process.parent().flatMap(parent -> login(files, parent)));
    }

    /** As {@link vzguard.agent.tools.SshPeers} writes it; sshd names the interface too of an address of a link. */
    private static Stream<String> address(String words) {
        try {
            return Stream.of(Cidr.parse(words.replaceFirst("%.*", "")).network().getHostAddress());
        } catch (IllegalArgumentException e) {
            return Stream.empty();
        }
    }
}
