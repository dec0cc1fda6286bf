package vzguard.lab.model;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import vzguard.values.Ctid;

/**
 * {@code mount}, {@code umount}, {@code start}, {@code stop} and {@code restart} of vzctl 4.11.1. Each returns the exit
 * code. The caller holds the VE's lock and has seen its configuration.
 */
final class VzctlLifecycle {
    private static final Duration GRACE = Duration.ofSeconds(120);
    private static final Duration AFTER_KILL = Duration.ofSeconds(121);
    /** Of the process that could not make a deaf init listen. */
    private static final long CHILD_OF_HALT = 5267;

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final OpenVzHost host;
    private final Console console;

    VzctlLifecycle(OpenVzHost host, Console console) {
        this.host = host;
        this.console = console;
    }

    int mount(VeId ctid) {
        if (host.isMounted(ctid)) {
            console.complain("Container is already mounted");
            return ExitCode.OK;
        }
        String area = host.configuration().privateArea(ctid);
        if (!host.tree().exists(area)) {
            console.complain("Container private area " + area + " does not exist");
            return ExitCode.NO_PRIVATE_AREA;
        }
        host.floor().mount(ctid.ctid());
        console.say("Container is mounted");
        return ExitCode.OK;
    }

    int unmount(VeId ctid) {
        if (!host.isMounted(ctid)) {
            console.complain("CT is not mounted");
            return ExitCode.NOT_MOUNTED;
        }
        if (host.isRunning(ctid)) {
            console.complain("Container is running. Stop it first");
            return ExitCode.RUNNING;
        }
        host.floor().unmount(ctid.ctid());
        console.say("Container is unmounted");
        return ExitCode.OK;
    }

    /** @param config what the VE is started with; {@code set --setmode restart} passes one that is not saved yet */
    int start(VeId ctid, ConfigFile config, boolean force, boolean wait) {
        if (host.isRunning(ctid)) {
            console.complain("Container is already running");
            return ExitCode.RUNNING;
        }
        if (!force && config.value("DISABLED").equals(Optional.of("yes"))) {
            console.complain("Container start disabled");
            return ExitCode.DISABLED;
        }
        int mounted = host.tree().exists(host.configuration().dumpFile(ctid)) ? failToResume(ctid) : mountAfresh(ctid);
        return mounted == ExitCode.OK ? startInit(ctid, config, wait) : mounted;
    }

    private int mountAfresh(VeId ctid) {
        console.say("Starting container...");
        if (host.isMounted(ctid)) {
            unmount(ctid);
        }
        return mount(ctid);
    }

    /** What vzctl 4.11.1 does with a dump on a machine without criu: it complains, and boots the VE afresh. */
    private int failToResume(VeId ctid) {
        String dump = host.configuration().dumpFile(ctid);
        console.say("Dump file " + dump + " exists, trying to restore from it");
        if (!host.isMounted(ctid)) {
            int mounted = mount(ctid);
            if (mounted != ExitCode.OK) {
                return mounted;
            }
        }
        console.complain("/opt/vz/libexec/vzctl/scripts/vps-rst: 45: criu: not found");
        console.complain("The restore log was saved in " + dump + "/restore.log");
        console.complain("Container restore failed (try to check kernel messages, e.g. \"dmesg | tail\")");
        console.say("Starting container...");
        return ExitCode.OK;
    }

    private int startInit(VeId ctid, ConfigFile config, boolean wait) {
        console.check();
        Ctid ve = ctid.ctid();
        NetfilterMask mask = host.configuration().mask(config, ctid);
        host.floor()
                .start(
                        ve,
                        new VeStart(mask, config.value("HOSTNAME"), host.floor().loadedModules(), mostRules(config)));
        host.publishRights();
        if (traps(ctid).diesAtStart()) {
            host.floor().kill(ve);
            host.floor().waitUntil(() -> host.floor().state(ve) == VeState.DOWN, START_LIMIT);
        }
        config.value("NETIF").ifPresent(netif -> console.say("Configure veth devices: " + hostDevices(netif)));
        if (!wait) {
            console.say("Container start in progress...");
            return ExitCode.OK;
        }
        console.say("Container start in progress, waiting ...");
        host.floor().waitUntil(() -> host.floor().processCount(ve) > 0 || console.callerGone(), START_LIMIT);
        console.say("Container started successfully");
        return ExitCode.OK;
    }

    /** {@code NUMIPTENT="BARRIER:LIMIT"}, where the kernel counts. */
    private OptionalLong mostRules(ConfigFile config) {
        return config.value("NUMIPTENT")
                .map(text -> text.substring(text.indexOf(':') + 1))
                .filter(text -> text.matches("[0-9]{1,9}")
                        && host.floor().generation().kernel().countsRules())
                .map(text -> OptionalLong.of(Long.parseLong(text)))
                .orElse(OptionalLong.empty());
    }

    private static String hostDevices(String netif) {
        StringBuilder names = new StringBuilder();
        for (String part : netif.split("[,;]")) {
            if (part.startsWith("host_ifname=")) {
                names.append(part.substring("host_ifname=".length())).append(' ');
            }
        }
        return names.toString();
    }

    int stop(VeId ctid, boolean fast) {
        if (!host.isRunning(ctid)) {
            console.complain("Unable to stop: container is not running");
            return ExitCode.OK;
        }
        if (fast || !haltInTime(ctid)) {
            console.say("Killing container ...");
            if (!traps(ctid).isUndying()) {
                host.floor().kill(ctid.ctid());
            }
            if (!awaitDown(ctid, AFTER_KILL)) {
                console.complain("Unable to stop container: operation timed out");
                return ExitCode.STOP_FAILED;
            }
        }
        console.say("Container was stopped");
        host.publishRights();
        if (traps(ctid).killsVzctl()) {
            throw new Console.CallerGone();
        }
        return unmount(ctid);
    }

    private VeTraps traps(VeId ctid) {
        return new VeTraps(host.tree(), ctid);
    }

    private boolean haltInTime(VeId ctid) {
        console.say("Stopping container ...");
        OptionalLong deafChild = traps(ctid).isDeaf()
                ? OptionalLong.of(CHILD_OF_HALT)
                : host.floor().halt(ctid.ctid());
        boolean down = awaitDown(ctid, GRACE);
        if (!down) {
            deafChild.ifPresent(pid -> console.complain("Child " + pid + " exited with status 1"));
        }
        return down;
    }

    private boolean awaitDown(VeId ctid, Duration limit) {
        host.floor().waitUntil(() -> !host.isRunning(ctid) || console.callerGone(), limit);
        console.check();
        return !host.isRunning(ctid);
    }

    /** Stops the VE if it runs, and starts it: a stopped one too, and a disabled one stays stopped. */
    int restart(VeId ctid, ConfigFile config) {
        console.say("Restarting container");
        if (host.isRunning(ctid)) {
            int stopped = stop(ctid, false);
            if (stopped != ExitCode.OK) {
                return stopped;
            }
        }
        return start(ctid, config, false, false);
    }
}
