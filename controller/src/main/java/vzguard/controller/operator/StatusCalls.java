package vzguard.controller.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import vzguard.controller.Version;
import vzguard.controller.dispatch.ActiveRollout;
import vzguard.controller.dispatch.Rollouts;
import vzguard.controller.enforcement.Enforcer;
import vzguard.controller.enforcement.Finding;
import vzguard.controller.fleet.Host;
import vzguard.controller.fleet.Hosts;
import vzguard.controller.fleet.Streams;
import vzguard.controller.inventory.TargetList;
import vzguard.controller.policy.Policies;
import vzguard.controller.rollout.RolloutState;
import vzguard.controller.rollout.TargetRef;
import vzguard.v1.FleetStatus;

/** The fleet at a glance, and what to look at. A step of the event loop. */
final class StatusCalls {
    private final Hosts hosts;
    private final Streams streams;
    private final Policies policies;
    private final Rollouts rollouts;
    private final Enforcer enforcer;
    private final HostCounts counts;

    StatusCalls(
            Hosts hosts, Streams streams, Policies policies, Rollouts rollouts, Enforcer enforcer, HostCounts counts) {
        this.hosts = hosts;
        this.streams = streams;
        this.policies = policies;
        this.rollouts = rollouts;
        this.enforcer = enforcer;
        this.counts = counts;
    }

    FleetStatus status() {
        Attention attention = new Attention();
        if (!rollouts.brake().isEmpty()) {
            attention.add(rollouts::brake);
        }
        for (ActiveRollout rollout : rollouts.active()) {
            if (rollout.machine().state() == RolloutState.STOPPED) {
                attention.add(() -> "rollout " + rollout.id() + " "
                        + rollout.machine().progress().stopReason() + "; see `vzguard why " + rollout.id() + "`");
            }
        }
        int connected = 0;
        int ves = 0;
        int running = 0;
        int guarded = 0;
        int drifted = 0;
        int pending = 0;
        for (Host host : hosts.all()) {
            boolean live = streams.isConnected(host.id());
            connected += live ? 1 : 0;
            if (!live) {
                attention.add(() -> "host " + host.name() + " is not connected; last seen " + host.lastSeen());
            }
            if (host.isCloneSuspected()) {
                attention.add(() -> "host " + host.name()
                        + ": CLONE: its certificate or state was copied to another machine; enrol that one anew");
            }
            HostCounts.Count count = counts.of(host);
            ves += host.ves().size();
            running += count.running();
            guarded += count.guarded();
            pending += count.pending();
            drifted += count.drifted().size();
            count.drifted()
                    .forEach(ctid -> attention.add(() -> "VE " + host.name() + "/" + ctid
                            + ": its guard is not as applied; see `vzguard diagnose " + host.name() + "/" + ctid
                            + "`"));
        }
        undecided().forEach(line -> attention.add(() -> line));
        return FleetStatus.newBuilder()
                .setHosts(hosts.all().size())
                .setHostsConnected(connected)
                .setVes(ves)
                .setVesRunning(running)
                .setVesGuarded(guarded)
                .setVesDrifted(drifted)
                .setRestartsPending(pending)
                .setPolicies(policies.names().size())
                .setRolloutsActive(rollouts.active().size())
                .setControllerVersion(Version.current())
                .addAllAttention(attention.lines())
                .build();
    }

    /** One line for each policy that some of its targets do not have, and are not going to get unless somebody decides so. */
    private List<String> undecided() {
        SortedMap<String, List<Finding>> byPolicy = new TreeMap<>();
        enforcer.left()
                .forEach(finding -> byPolicy.computeIfAbsent(finding.policy(), none -> new ArrayList<>())
                        .add(finding));
        return byPolicy.values().stream()
                .map(findings -> {
                    Finding first = findings.get(0);
                    List<TargetRef> targets = TargetList.ordered(
                            findings.stream().map(Finding::target).toList());
                    return "policy " + first.policy() + ": revision " + first.revision()
                            + " is not brought to " + Targets.some(targets) + "; see `vzguard why " + targets.get(0)
                            + "`";
                })
                .toList();
    }
}
