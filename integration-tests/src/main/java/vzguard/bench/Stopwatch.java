package vzguard.bench;

import java.time.Duration;

/** Time that passed, and processor time that a server took, since it was made. */
final class Stopwatch {
    private final ServerProcess server;
    private final long begin = System.nanoTime();
    private final Duration cpu;

    Stopwatch(ServerProcess server) {
        this.server = server;
        this.cpu = server.cpu();
    }

    double seconds() {
        return (System.nanoTime() - begin) / 1e9;
    }

    Duration cpu() {
        return server.cpu().minus(cpu);
    }
}
