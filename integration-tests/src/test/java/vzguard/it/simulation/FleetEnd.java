package vzguard.it.simulation;

import com.google.protobuf.ByteString;
import java.util.Map;
import java.util.Optional;
import vzguard.controller.SteppedController;
import vzguard.controller.dispatch.ActiveRollout;
import vzguard.controller.enforcement.Finding;
import vzguard.controller.fleet.Host;
import vzguard.controller.inventory.TargetList;
import vzguard.controller.policy.Revision;
import vzguard.controller.rollout.TargetRef;
import vzguard.controller.rollout.TaskRow;
import vzguard.policy.Policy;
import vzguard.policy.PolicyWire;
import vzguard.values.Ctid;

/** What must be so when all has come to rest: what is shown is what is, and what is wanted is what is. */
final class FleetEnd {
    private final Fleet fleet;
    private final SteppedController parts;

    FleetEnd(Fleet fleet) {
        this.fleet = fleet;
        SimulatedController acting = fleet.acting();
        if (acting == null) {
            throw new AssertionError("nobody acts");
        }
        this.parts = acting.parts();
    }

    void check() {
        restartsAreCountedOnce();
        inventoryIsTrue();
        enforcedIsInPlace();
    }

    private void restartsAreCountedOnce() {
        int counted = 0;
        for (ActiveRollout rollout : parts.rollouts().all()) {
            for (TaskRow row : rollout.machine().tasks()) {
                counted += row.restarts();
            }
        }
        long told = fleet.ledger.restartsTold();
        int sum = counted;
        fleet.ledger.require(sum == told, () -> "restarts: agents told " + told + ", rows count " + sum);
    }

    private void inventoryIsTrue() {
        for (HostModel model : fleet.hosts()) {
            Host host = parts.hosts().byId(model.id).orElseThrow();
            fleet.ledger.require(
                    host.ves().keySet().stream()
                            .map(Ctid::text)
                            .toList()
                            .equals(java.util.List.copyOf(model.ves.keySet())),
                    () -> model.name + " has " + model.ves.keySet() + ", known are "
                            + host.ves().keySet());
            host.ves().forEach((ctid, ve) -> {
                Ve real = model.ves.get(ctid.text());
                boolean runs = real != null && real.running;
                fleet.ledger.require(
                        real == null || runs == ve.isRunning(),
                        () -> model.name + "/" + ctid + " runs: " + runs + ", known: " + ve.isRunning());
            });
        }
    }

    /** Every target of an enforced policy has its guard, or somebody was told why not. */
    private void enforcedIsInPlace() {
        for (Revision enforced : parts.policies().enforced()) {
            Policy policy = enforced.policy();
            ByteString wanted = PolicyWire.toProto(policy).getSshGuard().toByteString();
            for (HostModel model : fleet.hosts()) {
                Host host = parts.hosts().byId(model.id).orElseThrow();
                for (TargetRef target : TargetList.forPolicy(java.util.List.of(host.entry()), policy)) {
                    Ve ve = model.ves.get(target.ctid());
                    boolean runs = target.isHost() || (ve != null && ve.running);
                    Map<String, ByteString> guards = ve == null ? model.guards : ve.guards;
                    Optional<Finding> told = parts.enforcer().findings(model.id).stream()
                            .filter(finding -> finding.target().equals(target)
                                    && finding.policy().equals(policy.name()))
                            .findFirst();
                    long applied = host.applied(target.ctid()).getOrDefault(policy.name(), 0L);
                    boolean newer = applied > enforced.number();
                    // To the controller it is the one that was guarded, if it never heard of a time between. Agents
                    // heal that.
                    boolean isTakenForAnother = applied == enforced.number() && ve != null && ve.tookNumber;
                    fleet.ledger.require(
                            !runs
                                    || newer
                                    || isTakenForAnother
                                    || told.isPresent()
                                    || wanted.equals(guards.get(policy.name())),
                            () -> target + " lacks revision " + enforced.number() + " of " + policy.name()
                                    + " and nobody was told; applied is " + applied);
                }
            }
        }
    }
}
