package vzguard.lab.model;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.function.BooleanSupplier;
import vzguard.values.Ctid;

/**
 * What the host model needs from the machine below it. Two floors exist: namespaces and overlays, and memory.
 *
 * <p>Called from any thread, by several programs at once; a floor guards its own state. No method may wait for another
 * program of the host, except {@link #waitUntil}.
 */
public interface Floor {
    /** The root of the host's file tree; every configuration file is read and written under it. */
    Path root();

    /** The host's name, as {@code uname -n} prints it. */
    String hostName();

    /** What programs, kernel rules and paths the host has; always the same. */
    Generation generation();

    /** The kernel release, as {@code uname -r} prints it; names the folder under {@code /lib/modules}. */
    String kernelRelease();

    /**
     * Waits until the condition holds, for at most {@code limit} of the floor's own time (a simulated floor does not
     * really wait).
     *
     * @return the condition's last value
     */
    boolean waitUntil(BooleanSupplier condition, Duration limit);

    /** Whether a process of the host with this id exists. */
    boolean pidAlive(long pid);

    /** The process's arguments joined by blanks; empty when it is gone. */
    String cmdline(long pid);

    /** Names of the loaded modules in the order in which they were loaded; never with aliases. */
    List<String> loadedModules();

    /** Records what is loaded, and shows it in the host's {@code /proc/modules} ({@link KernelModules#procModules}). */
    void setLoadedModules(List<String> names);

    /** A parameter of a loaded module, as {@code /sys/module} shows it; empty when there is none. */
    Optional<String> moduleParameter(String module, String name);

    /** Records a parameter of a loaded module, and shows it in the host's {@code /sys/module}. */
    void setModuleParameter(String module, String name, String value);

    boolean isMounted(Ctid ctid);

    /** Makes {@code /vz/root/CTID} show the private area. Called for an unmounted VE only. */
    void mount(Ctid ctid);

    /** Undoes {@link #mount}. Called for a mounted VE that is {@link VeState#DOWN} only. */
    void unmount(Ctid ctid);

    VeState state(Ctid ctid);

    /** The VEs that are not {@link VeState#DOWN}. */
    SortedSet<Ctid> liveVes();

    /**
     * Makes the VE's namespaces and starts its init, with fresh rules and lists; returns when init was started. Called for
     * a mounted VE that is {@link VeState#DOWN}.
     */
    void start(Ctid ctid, VeStart start);

    /**
     * Runs {@code halt} in the VE and returns at once. The state becomes {@link VeState#ENDING} and, when init obeys,
     * {@link VeState#DOWN}; a mounted VE stays mounted.
     *
     * @return empty, or the id of the child that could not make init listen (the VE then goes on running)
     */
    OptionalLong halt(Ctid ctid);

    /** Kills every process of the VE; the state is soon {@link VeState#DOWN}. */
    void kill(Ctid ctid);

    /** Processes in the VE; 0 when it is down. */
    int processCount(Ctid ctid);

    /** What the VE was last started with; fixed until the next start. Called for a VE that is not down. */
    VeStart startedWith(Ctid ctid);

    /**
     * Tells the iptables programs what they may do from now on. Called after every change of modules and after every start.
     * The map holds every VE that is not down.
     */
    void publishRights(NetfilterRights host, Map<Ctid, NetfilterRights> ves);

    /** Sets the name of a running VE. Called after {@code set --hostname}. */
    void setHostname(Ctid ctid, String hostname);
}
