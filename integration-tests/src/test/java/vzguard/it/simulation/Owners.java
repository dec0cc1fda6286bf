package vzguard.it.simulation;

import java.util.List;

/** The owners of VEs and the people at the hosts: they start, stop, make, remove and move VEs as they like. */
final class Owners {
    private final World world;
    private final List<HostModel> hosts;

    Owners(World world, List<HostModel> hosts) {
        this.world = world;
        this.hosts = hosts;
    }

    void doSomething() {
        HostModel host = hosts.get(world.random.nextInt(hosts.size()));
        int dice = world.random.nextInt(100);
        if (host.ves.isEmpty() || dice < 20) {
            create(host);
            return;
        }
        List<Ve> ves = List.copyOf(host.ves.values());
        Ve ve = ves.get(world.random.nextInt(ves.size()));
        if (ve.locked) {
            return;
        }
        world.say(() -> "the owner of " + host.name + "/" + ve.ctid + " throws " + dice);
        if (dice < 40) {
            host.stop(ve);
        } else if (dice < 60) {
            if (!ve.disabled) {
                host.start(ve);
            }
        } else if (dice < 75) {
            if (ve.running) {
                host.stop(ve);
                host.start(ve);
            }
        } else if (dice < 83) {
            host.ves.remove(ve.ctid);
        } else if (dice < 90) {
            ve.disabled = !ve.disabled;
        } else {
            migrate(host, ve);
        }
    }

    private void create(HostModel host) {
        String ctid = Integer.toString(101 + world.random.nextInt(6));
        if (!host.ves.containsKey(ctid)) {
            Ve made = host.create(ctid);
            host.start(made);
            made.shared = world.chance(3);
        }
    }

    private void migrate(HostModel from, Ve ve) {
        HostModel to = hosts.get(world.random.nextInt(hosts.size()));
        if (to != from && !to.ves.containsKey(ve.ctid)) {
            from.ves.remove(ve.ctid);
            Ve there = to.create(ve.ctid);
            there.guards.putAll(ve.guards);
            if (ve.running) {
                to.start(there);
            }
        }
    }
}
