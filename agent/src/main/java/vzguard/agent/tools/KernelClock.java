package vzguard.agent.tools;

import java.util.Optional;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.guard.KernelTicks;

/** The kernel's ticks, as the files of the host tell them; a VE's stamps are in the same. */
public final class KernelClock {
    private KernelClock() {}

    /** Empty when the kernel does not say. */
    public static Optional<KernelTicks> now(HostFiles files) {
        return files.read("/proc/timer_list")
                .flatMap(timers -> files.read("/proc/uptime").flatMap(uptime -> KernelTicks.of(timers, uptime)));
    }
}
