package vzguard.it.simulation;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** One start of a process: it runs, stands still for a while, and dies once. What it planned dies with it. */
final class Machine {
    final World world;
    final String name;
    private final Clock clock;
    private boolean alive = true;
    private long stillUntil;

    /** @param clockOffset of the wall clock, in milliseconds, as it is when it is read */
    Machine(World world, String name, java.util.function.LongSupplier clockOffset) {
        this.world = world;
        this.name = name;
        this.clock = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return world.trueTime().plusMillis(clockOffset.getAsLong());
            }
        };
    }

    Clock clock() {
        return clock;
    }

    boolean isAlive() {
        return alive;
    }

    void die(String why) {
        if (alive) {
            world.say(() -> name + " dies " + why);
            alive = false;
        }
    }

    void standStill(long millis) {
        world.say(() -> name + " stands still for " + millis + " ms");
        stillUntil = Math.max(stillUntil, world.now() + millis);
    }

    /** Milliseconds that it still stands; 0 when it runs. */
    long still() {
        return Math.max(0, stillUntil - world.now());
    }

    void after(long millis, String what, Runnable run) {
        world.after(millis, name + ": " + what, () -> go(what, run));
    }

    private void go(String what, Runnable run) {
        if (!alive) {
            return;
        }
        if (still() > 0) {
            after(still(), what, run);
            return;
        }
        run.run();
    }

    /** In the middle of something that took time. */
    void goOn() {
        if (!alive) {
            throw new Crash(name + " had died meanwhile");
        }
    }
}
