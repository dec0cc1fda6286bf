package vzguard.lab.model;

import java.util.Optional;
import java.util.function.IntSupplier;
import vzguard.lab.model.ProgramOutcome.Exit;

/** {@code vzctl}: finds the action and the VE, holds the lock around what needs it. */
final class Vzctl {
    private final OpenVzHost host;
    private final VzctlCall call;
    private final long pid;
    private final Console console;

    Vzctl(OpenVzHost host, ProgramCall programCall, ProgramOutput output) {
        this.host = host;
        this.call = VzctlCall.parse(programCall.arguments());
        this.pid = programCall.pid();
        this.console = new Console(output, call.quiet(), new VzctlWords(host.vzctl()));
    }

    ProgramOutcome run() {
        if (call.action().equals("--version")) {
            console.answer("vzctl version " + host.vzctl().text());
            return new Exit(ExitCode.OK);
        }
        if (call.action().isEmpty()) {
            console.answer("Usage: vzctl [options] <command> <ctid> [parameters]");
            return new Exit(ExitCode.USAGE);
        }
        if (!call.isKnown()) {
            console.error("Bad command: " + call.action());
            return new Exit(ExitCode.USAGE);
        }
        if (call.ve().isEmpty()) {
            console.error("CT ID missing");
            return new Exit(ExitCode.INVALID_PARAMETER);
        }
        return withVe(call.ve().get());
    }

    private ProgramOutcome withVe(String given) {
        Optional<VeId> found = find(given);
        if (found.isEmpty()) {
            console.error("Bad CT ID " + given);
            return new Exit(ExitCode.INVALID_PARAMETER);
        }
        VeId ctid = found.get();
        if (ctid.isHost() && !call.action().equals("set")) {
            console.error("Only set actions are allowed for CT0");
            return new Exit(ExitCode.INVALID_PARAMETER);
        }
        Optional<ConfigFile> global = host.configuration().global();
        if (global.isEmpty()) {
            console.complain("Unable to open " + HostConfiguration.GLOBAL + ": No such file or directory");
            return new Exit(ExitCode.NO_GLOBAL_CONFIG);
        }
        complainAbout(global.get(), HostConfiguration.GLOBAL);
        host.configuration().ofVe(ctid).ifPresent(config -> complainAbout(config, HostConfiguration.pathOf(ctid)));
        return act(ctid);
    }

    /**
     * What looks like a number is one, and never a name; what is none is looked up as a name. From 7 on a name wins over an equal
     * CTID, and a UUID is one (facts.md 1.7).
     */
    private Optional<VeId> find(String given) {
        if (host.vzctl().hasUuids()) {
            return host.names().find(given).or(() -> VeId.uuid(given)).or(() -> VeId.number(given));
        }
        return VeId.looksLikeNumber(given) ? VeId.number(given) : host.names().find(given);
    }

    private void complainAbout(ConfigFile config, String name) {
        host.configuration().sharing(config, name).complaints().forEach(console::complain);
    }

    private ProgramOutcome act(VeId ctid) {
        VzctlLifecycle lifecycle = new VzctlLifecycle(host, console);
        return switch (call.action()) {
            case "status" -> status(ctid);
            case "start" ->
                locked(ctid, () -> lifecycle.start(ctid, config(ctid), call.has("--force"), call.has("--wait")));
            case "stop" -> locked(ctid, () -> lifecycle.stop(ctid, call.has("--fast")));
            case "restart" -> locked(ctid, () -> lifecycle.restart(ctid, config(ctid)));
            case "mount" -> locked(ctid, () -> lifecycle.mount(ctid));
            case "umount" -> locked(ctid, () -> lifecycle.unmount(ctid));
            case "destroy", "delete" -> locked(ctid, () -> new VzctlCreation(host, console).destroy(ctid));
            case "create" -> new Exit(new VzctlCreation(host, console).create(ctid, call.rest()));
            case "set" -> new VzctlSet(host, console, ctid, action -> holdingLock(ctid, action)).run(call.rest());
            default -> new VzctlExec(host, console, call).run(ctid);
        };
    }

    private ConfigFile config(VeId ctid) {
        return host.configuration().ofVe(ctid).orElse(ConfigFile.parse(""));
    }

    private ProgramOutcome locked(VeId ctid, IntSupplier action) {
        if (host.configuration().ofVe(ctid).isEmpty()) {
            console.complain("Container config file does not exist");
            return new Exit(ExitCode.NO_VE_CONFIG);
        }
        return new Exit(holdingLock(ctid, action));
    }

    /** Not in a finally block: a killed vzctl leaves its lock file behind. */
    private int holdingLock(VeId ctid, IntSupplier action) {
        if (call.skipLock()) {
            return action.getAsInt();
        }
        VeLock lock = new VeLock(host.floor(), host.tree(), host.configuration().lockFile(ctid));
        if (!lock.acquire(pid, console)) {
            return ExitCode.LOCKED;
        }
        int code = action.getAsInt();
        lock.release();
        return code;
    }

    private ProgramOutcome status(VeId ctid) {
        boolean running = host.isRunning(ctid);
        String line = "CTID " + ctid + (host.exists(ctid) ? " exist" : " deleted")
                + (host.isMounted(ctid) ? " mounted" : " unmounted")
                + (running ? " running" : " down");
        String root = host.configuration().rootArea(ctid);
        if (!host.tree().exists(root)) {
            console.error("stat(" + root + "): No such file or directory");
        }
        boolean suspended = host.vzctl().tellsSuspended()
                && !running
                && host.tree().exists(host.configuration().dumpFile(ctid));
        String told = host.vzctl().hasUuids() ? line.replaceFirst(" down$", " suspended") : line + " suspended";
        console.answer(suspended ? told : line);
        return new Exit(ExitCode.OK);
    }
}
