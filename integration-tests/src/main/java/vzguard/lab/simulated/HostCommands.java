package vzguard.lab.simulated;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.lab.model.HostPrograms;
import vzguard.lab.model.ProgramCall;
import vzguard.lab.model.ProgramOutcome;
import vzguard.lab.model.ProgramOutcome.Exit;
import vzguard.lab.model.ProgramOutcome.Input;
import vzguard.lab.model.ProgramOutcome.RunInVe;
import vzguard.lab.model.ProgramOutput;
import vzguard.lab.simulated.shell.Outcome;
import vzguard.lab.simulated.shell.Programs;
import vzguard.lab.simulated.shell.Signals;

/** Runs commands on a simulated host: each as a process with an id, until its end or its deadline. */
final class HostCommands implements Programs {
    private static final long FIRST_PID = 30_000;
    private static final int KILLED = 137;

    private final SimulatedHost host;
    private final SimulatedFloor floor;
    private final HostPrograms programs;
    private final IpProgram ip;
    private final AtomicLong pids = new AtomicLong(FIRST_PID);

    HostCommands(SimulatedHost host, SimulatedFloor floor, HostPrograms programs, SimulatedNetwork network) {
        this.host = host;
        this.floor = floor;
        this.programs = programs;
        this.ip = new IpProgram(network, this::runSimple, () -> network.addressesOf(host));
    }

    long newProcess(String cmdline) {
        long pid = pids.incrementAndGet();
        floor.processes().put(pid, cmdline);
        return pid;
    }

    CommandResult run(Command command) {
        long start = host.clock().millis();
        long end = start + command.deadline().toMillis();
        Optional<Outcome> outcome = runUntil(command.argv(), command.input(), end);
        if (outcome.isEmpty()) {
            return CommandResult.notStarted(command.argv().get(0) + ": No such file or directory");
        }
        boolean late = host.clock().millis() > end;
        byte[] out = outcome.get().out().getBytes(StandardCharsets.UTF_8);
        byte[] err = outcome.get().err().getBytes(StandardCharsets.UTF_8);
        int limit = command.outputLimit();
        return new CommandResult(
                late || outcome.get().exit() == Signals.KILLED
                        ? KILLED
                        : outcome.get().exit(),
                Arrays.copyOf(out, Math.min(limit, out.length)),
                Arrays.copyOf(err, Math.min(limit, err.length)),
                late,
                out.length > limit || err.length > limit);
    }

    private Optional<Outcome> runSimple(List<String> command, String stdin) {
        return runUntil(command, stdin, Long.MAX_VALUE);
    }

    private Optional<Outcome> runUntil(List<String> command, String stdin, long end) {
        long pid = newProcess(String.join(" ", command));
        try {
            return HostPrograms.PROGRAMS.contains(plainName(command))
                    ? Optional.of(hostProgram(command, stdin, pid, end))
                    : host.userland().run(command, stdin);
        } finally {
            floor.processes().remove(pid);
        }
    }

    private static String plainName(List<String> command) {
        return command.get(0).substring(command.get(0).lastIndexOf('/') + 1);
    }

    /** What only the host has: called by its shell too. */
    @Override
    public Optional<Outcome> run(List<String> command, String stdin) {
        if (command.get(0).equals("ip")) {
            return Optional.of(ip.run(command.subList(1, command.size()), stdin));
        }
        if (plainName(command).equals("setsid")) {
            // What is left running in a session of its own waits for a time that does not come: nothing runs beside a
            // simulated
            // host.
            return Optional.of(Outcome.OK);
        }
        if (HostPrograms.PROGRAMS.contains(plainName(command))) {
            long pid = newProcess(String.join(" ", command));
            try {
                return Optional.of(hostProgram(command, stdin, pid, Long.MAX_VALUE));
            } finally {
                floor.processes().remove(pid);
            }
        }
        return Optional.empty();
    }

    /** Collects lines until the host's clock passes the end: the caller has been killed then. */
    private final class Lines implements ProgramOutput {
        private final StringBuilder out = new StringBuilder();
        private final StringBuilder err = new StringBuilder();
        private final long end;

        Lines(long end) {
            this.end = end;
        }

        @Override
        public void out(String line) {
            out.append(line).append('\n');
        }

        @Override
        public void err(String line) {
            err.append(line).append('\n');
        }

        @Override
        public boolean callerGone() {
            return host.clock().millis() > end;
        }
    }

    ProgramOutput silence() {
        return new Lines(Long.MAX_VALUE);
    }

    private Outcome hostProgram(List<String> command, String stdin, long pid, long end) {
        Lines lines = new Lines(end);
        ProgramOutcome outcome =
                programs.run(new ProgramCall(plainName(command), command.subList(1, command.size()), pid), lines);
        if (outcome instanceof Exit exit) {
            return new Outcome(exit.code(), lines.out.toString(), lines.err.toString());
        }
        Outcome inside = inVe((RunInVe) outcome, stdin);
        return new Outcome(inside.exit(), lines.out + inside.out(), lines.err + inside.err());
    }

    private Outcome inVe(RunInVe call, String stdin) {
        Optional<SimulatedVe> ve = host.live(call.ctid());
        if (ve.isEmpty()) {
            return Outcome.exit(call.exitRule().afterMissing());
        }
        String input = stdin;
        if (call.input() instanceof Input.Text text) {
            input = text.text();
        } else if (call.input() instanceof Input.CallersTerminal) {
            input = "";
        }
        Optional<Outcome> ran = host.veUserland(ve.get()).run(call.arguments(), input);
        int code = ran.map(outcome -> outcome.exit() == Signals.KILLED
                        ? call.exitRule().afterSignal()
                        : call.exitRule().afterExit(outcome.exit()))
                .orElse(call.exitRule().afterMissing());
        List<String> printed = new ArrayList<>();
        call.before().forEach(line -> printed.add(line + "\n"));
        printed.add(ran.map(Outcome::out).orElse(""));
        call.after().forEach(line -> printed.add(line + "\n"));
        return new Outcome(code, String.join("", printed), ran.map(Outcome::err).orElse(""));
    }
}
