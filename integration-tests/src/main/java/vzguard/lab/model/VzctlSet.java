package vzguard.lab.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.ToIntFunction;
import vzguard.lab.model.ProgramOutcome.Exit;
import vzguard.lab.model.SetOptions.SetMode;

/**
 * {@code vzctl set}. What a running VE cannot take is saved all the same and exits 0, unless {@code --setmode} says
 * otherwise; a VE without a configuration gets one with a single line. "Changed" means: other than the saved configuration
 * says, not: other than what is in force.
 */
final class VzctlSet {
    private static final String NOT_SAVING = "Error: failed to apply some parameters, not saving configuration file!";

    private final OpenVzHost host;
    private final Console console;
    private final VeId ctid;
    private final ToIntFunction<IntSupplier> lock;

    /** @param lock runs an action under the VE's lock and returns its code, or the code of the lock's refusal */
    VzctlSet(OpenVzHost host, Console console, VeId ctid, ToIntFunction<IntSupplier> lock) {
        this.host = host;
        this.console = console;
        this.ctid = ctid;
        this.lock = lock;
    }

    ProgramOutcome run(List<String> arguments) {
        SetOptions options = SetOptions.parse(arguments, host.vzctl());
        if (!options.errors().isEmpty()) {
            options.errors().forEach(console::complain);
            return new Exit(ExitCode.INVALID_PARAMETER);
        }
        if (options.setMode() == SetMode.RESTART && !options.save()) {
            console.complain("Error: --setmode restart can only be used with --save");
            return new Exit(ExitCode.USAGE);
        }
        if (!ctid.isHost() && host.configuration().ofVe(ctid).isEmpty() && !options.force()) {
            console.complain("WARNING: " + HostConfiguration.pathOf(ctid) + " not found: No such file or directory");
        }
        return new Exit(lock.applyAsInt(() -> set(options)));
    }

    private int set(SetOptions options) {
        ConfigFile old = host.configuration().ofVe(ctid).orElse(ConfigFile.parse(""));
        String path = HostConfiguration.GLOBAL;
        if (host.vzctl().hasNetfilter()
                && host.configuration()
                        .global()
                        .flatMap(config -> config.value("NETFILTER"))
                        .isPresent()) {
            console.say("Warning: NETFILTER should not be set in " + path + ", ignoring");
            console.say("Please remove NETFILTER from " + path + "to get rid of this warning");
        }
        int named = assignName(options, old);
        if (named != ExitCode.OK) {
            return named;
        }
        ConfigFile changed = changed(old, options);
        int applied = ctid.isHost() ? ExitCode.OK : apply(options, old, changed);
        if (applied != ExitCode.OK) {
            return applied;
        }
        boolean pending = !ctid.isHost() && isPending(options, old);
        if (options.save()) {
            host.configuration().save(ctid, changed);
            console.say("CT configuration saved to " + HostConfiguration.pathOf(ctid));
        } else {
            console.say(
                    "WARNING: Settings were not saved to config and will be lost after CT restart (use --save flag)");
        }
        return pending ? host.vzctl().savedButPending() : ExitCode.OK;
    }

    /** A running VE keeps the mask that it was started with, whatever is saved. */
    private boolean isPending(SetOptions options, ConfigFile old) {
        return options.save() && options.setMode() == SetMode.NONE && changesMask(options, old) && host.isRunning(ctid);
    }

    private int assignName(SetOptions options, ConfigFile old) {
        String name = options.parameters().get("NAME");
        if (name == null) {
            return ExitCode.OK;
        }
        Optional<VeId> owner = host.names().find(name);
        if (owner.isPresent() && !owner.get().equals(ctid)) {
            console.complain("Conflict: name " + name + " already used by container " + owner.get());
            console.complain(NOT_SAVING);
            return host.vzctl().nameTaken();
        }
        host.names().assign(ctid, old.value("NAME"), name);
        console.say("Name " + name + " assigned");
        return ExitCode.OK;
    }

    private static ConfigFile changed(ConfigFile old, SetOptions options) {
        ConfigFile result = old;
        for (Map.Entry<String, String> parameter : options.parameters().entrySet()) {
            result = result.with(parameter.getKey(), parameter.getValue());
        }
        return options.iptables().isPresent()
                ? result.with("IPTABLES", options.iptables().get().configValue())
                : result;
    }

    private boolean changesMask(SetOptions options, ConfigFile old) {
        HostConfiguration.Sharing saved = host.configuration().sharing(old, HostConfiguration.pathOf(ctid));
        return (options.netfilter().isPresent() && !options.netfilter().equals(saved.mode()))
                || (options.iptables().isPresent() && !options.iptables().equals(saved.iptables()));
    }

    private int apply(SetOptions options, ConfigFile old, ConfigFile changed) {
        if (!host.isRunning(ctid)) {
            if (!options.save()) {
                console.complain("Unable to apply UBC parameters: container is not running");
                return ExitCode.NOT_RUNNING;
            }
            return ExitCode.OK;
        }
        boolean needsRestart = changesMask(options, old);
        if (needsRestart && options.setMode() == SetMode.RESTART) {
            return new VzctlLifecycle(host, console).restart(ctid, changed);
        }
        if (needsRestart && options.setMode() == SetMode.IGNORE && ignoringRefuses()) {
            console.complain("Unable to set iptables/netfilter on a running container");
            if (options.save()) {
                console.complain(NOT_SAVING);
            }
            return ExitCode.RUNNING;
        }
        console.say("UB limits were set successfully");
        Optional.ofNullable(options.parameters().get("HOSTNAME")).ifPresent(this::applyHostname);
        if (needsRestart) {
            console.complain("Unable to set iptables/netfilter on a running container");
        }
        if (needsRestart && options.setMode() == SetMode.NONE) {
            console.complain("WARNING: Some of the parameters could not be applied to a running container.");
            console.complain("\tPlease consider using --setmode option");
        }
        return ExitCode.OK;
    }

    /** 4.11.1 does not save what it was told to ignore; releases up to 3.0.22 do (their check_set_mode). */
    private boolean ignoringRefuses() {
        return host.vzctl().since("3.0.23");
    }

    /** The name is set by the VE's own hostname program, whose complaint vzctl passes on and ignores. */
    private void applyHostname(String name) {
        if (name.matches("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")) {
            host.floor().setHostname(ctid.ctid(), name);
        } else {
            console.error("hostname: the specified hostname is invalid");
        }
    }
}
