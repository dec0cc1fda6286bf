package vzguard.lab.model;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import vzguard.lab.model.ProgramOutcome.Exit;
import vzguard.lab.model.ProgramOutcome.ExitRule;
import vzguard.lab.model.ProgramOutcome.Input;
import vzguard.lab.model.ProgramOutcome.RunInVe;
import vzguard.values.Ctid;

/**
 * {@code exec}, {@code exec2}, {@code exec3}, {@code enter} and {@code runscript}. The first two glue their arguments with
 * blanks and hand them to bash; {@code -} alone makes bash read a script from standard input; exec3 passes arguments as
 * they are. None of them but runscript takes the lock.
 */
final class VzctlExec {
    private static final String SHELL = "/bin/bash";
    private static final Optional<String> FALLBACK_SHELL = Optional.of("/bin/sh");

    private final OpenVzHost host;
    private final Console console;
    private final VzctlCall call;

    VzctlExec(OpenVzHost host, Console console, VzctlCall call) {
        this.host = host;
        this.console = console;
        this.call = call;
    }

    ProgramOutcome run(VeId ctid) {
        if (host.configuration().ofVe(ctid).isEmpty()) {
            console.complain("Container config file does not exist");
            return new Exit(ExitCode.NO_VE_CONFIG);
        }
        boolean needsCommand = !call.action().equals("enter");
        if (needsCommand && call.rest().isEmpty()) {
            console.error("No command line given for " + call.action());
            return new Exit(ExitCode.USAGE);
        }
        VeState state = host.floor().state(ctid.ctid());
        if (state == VeState.DOWN) {
            console.complain("Container is not running");
            return new Exit(call.action().equals("exec") ? ExitCode.EXEC_FAILED : ExitCode.NOT_RUNNING);
        }
        return state == VeState.ENDING ? new Exit(ExitCode.EXEC_RACE) : command(ctid.ctid());
    }

    private ProgramOutcome command(Ctid ctid) {
        return switch (call.action()) {
            case "exec" -> shell(ctid, ExitRule.EIGHT_WHEN_FAILED);
            case "exec2" -> shell(ctid, ExitRule.PASS);
            case "exec3" ->
                new RunInVe(
                        ctid,
                        call.rest(),
                        Optional.empty(),
                        new Input.Caller(),
                        ExitRule.PASS_OR_FOUR_WHEN_MISSING,
                        List.of(),
                        List.of());
            case "enter" -> enter(ctid);
            default -> runScript(ctid);
        };
    }

    private ProgramOutcome shell(Ctid ctid, ExitRule rule) {
        String text = String.join(" ", call.rest());
        List<String> command = text.equals("-") ? List.of(SHELL) : List.of(SHELL, "-c", text);
        return new RunInVe(ctid, command, FALLBACK_SHELL, new Input.Caller(), rule, List.of(), List.of());
    }

    private ProgramOutcome enter(Ctid ctid) {
        boolean exec = !call.rest().isEmpty() && call.rest().get(0).equals("--exec");
        List<String> words = exec ? call.rest().subList(1, call.rest().size()) : List.of();
        return new RunInVe(
                ctid,
                words.isEmpty() ? List.of(SHELL) : List.of(SHELL, "-c", String.join(" ", words)),
                FALLBACK_SHELL,
                new Input.CallersTerminal(),
                ExitRule.ALWAYS_ZERO,
                words("entered into CT " + ctid),
                words("exited from CT " + ctid));
    }

    private List<String> words(String observed) {
        return new VzctlWords(host.vzctl()).lines(List.of(observed));
    }

    /** The host's file becomes bash's standard input, so {@code $0} in it is /bin/bash. */
    private ProgramOutcome runScript(Ctid ctid) {
        Optional<String> script = host.tree().read(call.rest().get(0));
        if (script.isEmpty()) {
            console.complain("Unable to open " + call.rest().get(0) + ": No such file or directory");
            return new Exit(ExitCode.USAGE);
        }
        String text = new String(script.get().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        return new RunInVe(
                ctid, List.of(SHELL), FALLBACK_SHELL, new Input.Text(text), ExitRule.PASS, List.of(), List.of());
    }
}
