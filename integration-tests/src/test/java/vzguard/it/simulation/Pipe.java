package vzguard.it.simulation;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One direction of a connection: what goes in comes out in that order, late, or never when the connection breaks. A piece that
 * cannot be taken at the other end yet waits there.
 */
final class Pipe {
    private final World world;
    private final String name;
    private final Deque<Runnable> under = new ArrayDeque<>();
    private long lastAt;
    private long frozenUntil;
    private boolean broken;

    Pipe(World world, String name) {
        this.world = world;
        this.name = name;
    }

    void send(long latency, Runnable arrival) {
        if (broken) {
            return;
        }
        under.add(arrival);
        lastAt = Math.max(lastAt, world.now() + latency);
        world.after(lastAt - world.now(), name, this::arrive);
    }

    private void arrive() {
        if (under.isEmpty()) {
            return;
        }
        if (frozenUntil > world.now()) {
            world.after(frozenUntil - world.now(), name, this::arrive);
            return;
        }
        under.removeFirst().run();
    }

    /** Nothing arrives before that time. */
    void freeze(long until) {
        frozenUntil = Math.max(frozenUntil, until);
    }

    /** Of what is under way the first pieces may still arrive. */
    void breakOff() {
        broken = true;
        int arriving = world.random.nextInt(under.size() + 1);
        while (under.size() > arriving) {
            under.removeLast();
        }
    }
}
