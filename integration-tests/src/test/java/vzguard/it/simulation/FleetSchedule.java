package vzguard.it.simulation;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import vzguard.controller.SteppedController;
import vzguard.controller.dispatch.ActiveRollout;
import vzguard.controller.rollout.RolloutState;
import vzguard.controller.rollout.TaskRow;
import vzguard.controller.rollout.TaskState;
import vzguard.v1.RolloutAction;

/**
 * One random run of a fleet: some minutes in which everything goes wrong that can, and then peace, in which all of it must come to
 * an end. All of it is decided by the seed.
 */
final class FleetSchedule {
    private static final long STRIDE = 15_000;
    private static final int MOST_STRIDES = 600;
    /** Longer than two looks of the enforcement at every host. */
    private static final long REST = 200_000;

    private final Fleet fleet;
    private final World world;
    private final Owners owners;
    private long restSince;

    FleetSchedule(long seed, boolean traced) {
        this.fleet = new Fleet(seed, traced);
        this.world = fleet.world;
        this.owners = new Owners(world, fleet.hosts());
    }

    /** Runs to the end and checks all the way. */
    void run() {
        fleet.enrol();
        stopOnViolation();
        world.runUntil(world.now() + 3000);
        fleet.operator.apply("alpha");
        world.runUntil(world.now() + 500);
        fleet.operator.start("alpha");
        int misfortunes = 15 + world.random.nextInt(45);
        for (int i = 0; i < misfortunes; i++) {
            misfortune();
            world.runUntil(world.now() + world.random.nextInt(world.chance(5) ? 20_000 : 3000));
            stopOnViolation();
        }
        fleet.calm();
        restSince = world.now();
        for (int stride = 0; !settled(); stride++) {
            if (stride > MOST_STRIDES) {
                throw new AssertionError("it does not come to an end: " + state());
            }
            askForTheEnd();
            world.runUntil(world.now() + STRIDE);
            stopOnViolation();
        }
        new FleetEnd(fleet).check();
        stopOnViolation();
    }

    private void stopOnViolation() {
        SimulatedController acting = fleet.checks.latest();
        if (acting != null) {
            fleet.operator.check(acting, fleet.checks);
        }
        if (!fleet.violations.isEmpty()) {
            throw new AssertionError(
                    String.join("\n", fleet.violations.subList(0, Math.min(5, fleet.violations.size()))));
        }
    }

    private void misfortune() {
        List<SimulatedAgent> agents = fleet.agents;
        SimulatedAgent agent = agents.get(world.random.nextInt(agents.size()));
        int dice = world.random.nextInt(100);
        if (dice < 34) {
            fleet.operator.typeSomething();
        } else if (dice < 48) {
            owners.doSomething();
        } else if (dice < 56) {
            fleet.network.breakOne();
        } else if (dice < 63) {
            fleet.network.cut(agent.host.id, world.random.nextInt(world.chance(3) ? 90_000 : 15_000));
        } else if (dice < 67) {
            agents.forEach(each -> fleet.network.cut(each.host.id, world.random.nextInt(30_000)));
        } else if (dice < 74) {
            agent.crash(world.chance(3));
        } else if (dice < 77) {
            agent.machine().standStill(world.random.nextInt(40_000));
        } else if (dice < 80) {
            agent.disk.fill(true);
            world.after(world.random.nextInt(60_000), "room on a disk again", () -> agent.disk.fill(false));
        } else if (dice < 83) {
            agent.jumpClock(jump());
        } else {
            controllerMisfortune(dice);
        }
    }

    private void controllerMisfortune(int dice) {
        SimulatedController controller = fleet.acting();
        if (controller == null) {
            return;
        }
        if (dice < 90) {
            controller.dies("of a kill");
        } else if (dice < 94) {
            controller.machine().standStill(world.random.nextInt(20_000));
        } else if (dice < 97) {
            fleet.jumpControllerClock(world.random.nextInt(fleet.nodes()), jump());
        } else if (dice < 98) {
            fleet.store.jumpClock(jump());
        } else {
            fleet.agents.forEach(agent -> agent.crash(false));
        }
    }

    private long jump() {
        long size = world.chance(4) ? 3 * 3600_000L : 20_000;
        return world.random.nextLong(2 * size) - size;
    }

    /** An operator who wants it to end: what stands still is resumed, what waits for him is promoted. */
    private void askForTheEnd() {
        SimulatedController controller = fleet.acting();
        if (controller == null) {
            return;
        }
        controller.parts().rollouts().all().forEach(this::bringUp);
        for (ActiveRollout rollout : controller.parts().rollouts().active()) {
            RolloutState state = rollout.machine().state();
            if (state == RolloutState.PAUSED || state == RolloutState.STOPPED) {
                fleet.operator.control(rollout.id(), RolloutAction.ROLLOUT_ACTION_RESUME);
            } else if (rollout.machine().progress().soakUntil() != null) {
                fleet.operator.control(rollout.id(), RolloutAction.ROLLOUT_ACTION_PROMOTE);
            }
        }
    }

    /** Whose VE did not come up after a restart starts it; until then it keeps its restart slot. */
    private void bringUp(ActiveRollout rollout) {
        for (TaskRow row : rollout.machine().tasks()) {
            if (row.unhealthy()) {
                fleet.hosts().stream()
                        .filter(host -> host.id.equals(row.target().hostId()))
                        .forEach(host -> {
                            Ve ve = host.ves.get(row.target().ctid());
                            if (ve != null && !ve.running && !ve.locked) {
                                world.say(() -> "the owner of " + row.target() + " starts it");
                                host.start(ve);
                            }
                        });
            }
        }
    }

    /** At rest for a while: what enforcement and sweeps still want has had its time. */
    private boolean settled() {
        if (state() != null) {
            restSince = world.now();
        }
        return world.now() - restSince >= REST;
    }

    /** What is not at rest; nothing when all is. */
    private @Nullable String state() {
        SimulatedController controller = fleet.acting();
        if (controller == null) {
            return "nobody acts";
        }
        SteppedController parts = controller.parts();
        for (SimulatedAgent agent : fleet.agents) {
            if (!parts.streams().isConnected(agent.host.id)) {
                return agent.host.name + " is not connected";
            }
        }
        for (ActiveRollout rollout : parts.rollouts().all()) {
            if (!rollout.machine().hasEnded()) {
                return rollout.id() + " " + rollout.machine().state() + " "
                        + rollout.machine().tally() + ": "
                        + rollout.waitingFor(controller.machine().clock().instant()) + " "
                        + rollout.machine().tasks().stream()
                                .filter(row -> !row.state().isEnded())
                                .toList();
            }
            for (TaskRow row : rollout.machine().tasks()) {
                if (row.outstanding() != null) {
                    return "never answered: " + row;
                }
            }
        }
        return null;
    }

    int steps() {
        return world.steps();
    }

    long fingerprint() {
        return world.fingerprint();
    }

    Set<TaskState> endings() {
        return fleet.checks.tasks().endings();
    }

    Fleet fleet() {
        return fleet;
    }

    String trace() {
        return world.trace();
    }
}
