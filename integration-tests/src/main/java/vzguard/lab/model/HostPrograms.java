package vzguard.lab.model;

import java.util.List;
import vzguard.lab.model.ProgramOutcome.Exit;
import vzguard.values.Ctid;

/**
 * The OpenVZ programs of one host, and its boot. Any number of calls may run at once; between them stand only the lock
 * files, as on a real host.
 */
public final class HostPrograms {
    /** The names that {@link #run} knows. */
    public static final List<String> PROGRAMS = List.of("vzctl", "vzlist", "lsmod", "modprobe");

    private static final ProgramOutput SILENCE = new ProgramOutput() {
        @Override
        public void out(String line) {}

        @Override
        public void err(String line) {}

        @Override
        public boolean callerGone() {
            return false;
        }
    };

    private final OpenVzHost host;

    public HostPrograms(Floor floor) {
        this.host = OpenVzHost.on(floor);
    }

    /**
     * Runs a program to its end, or up to the command in a VE that it stands for. Whatever goes wrong inside the host is an
     * outcome; an exception means that the floor itself is broken.
     *
     * @throws IllegalArgumentException for a program that is not one of {@link #PROGRAMS}
     */
    public ProgramOutcome run(ProgramCall call, ProgramOutput output) {
        try {
            return switch (call.program()) {
                case "vzctl" -> new Vzctl(host, call, output).run();
                case "vzlist" -> new Exit(new Vzlist(host, output).run(call.arguments()));
                case "lsmod" -> new Exit(new ModuleTools(host, output).lsmod());
                case "modprobe" -> new Exit(new ModuleTools(host, output).modprobe(call.arguments()));
                default -> throw new IllegalArgumentException("no program of the host model: " + call.program());
            };
        } catch (Console.CallerGone gone) {
            return new Exit(ExitCode.KILLED);
        }
    }

    /** What {@link #boot} would do with the host's files as they are now. */
    public BootPlan bootPlan() {
        return host.configuration().bootPlan();
    }

    /**
     * Boots the host: modules, the network, then service vz, by {@link BootPlan}. The floor has nothing loaded and nothing
     * running when this is called; programs of the host may run meanwhile.
     *
     * @param pid the process in whose name VEs are started
     * @param network brings the host's interfaces up, with what {@code if-pre-up.d} does
     */
    public void boot(long pid, ProgramOutput output, Runnable network) {
        BootPlan plan = bootPlan();
        ModuleTools modules = new ModuleTools(host, output);
        new VeAutoload(host).reset();
        host.publishRights();
        plan.modules().forEach(modules::loadQuietly);
        network.run();
        plan.serviceModules().forEach(modules::loadQuietly);
        for (Ctid ctid : plan.starts()) {
            run(new ProgramCall("vzctl", List.of("start", ctid.text()), pid), output);
        }
    }

    /**
     * Loads a module because the host's kernel asks for it, as it does for a rule that needs one; without a word when there
     * is no such module.
     */
    public void autoload(String module) {
        new ModuleTools(host, SILENCE).loadQuietly(module);
    }

    /**
     * As {@link #autoload}, because a VE's iptables asks for it: on kernels that do so, and when nothing forbids it. Nothing
     * for a VE that is down.
     */
    public void autoloadFor(Ctid ctid, String module) {
        if (host.floor().state(ctid) != VeState.DOWN) {
            new VeAutoload(host)
                    .permitted(host.floor().startedWith(ctid).mask(), module)
                    .ifPresent(found -> {
                        if (host.modules().tracks(found)) {
                            autoload("nf_conntrack_ipv4");
                        }
                        autoload(found.name());
                    });
        }
    }

    /** Computes anew what every place may do with iptables and hands it to the floor. */
    public void publishRights() {
        host.publishRights();
    }
}
