package vzguard.controller.operator;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import vzguard.controller.fleet.Host;
import vzguard.controller.policy.Assessment;
import vzguard.controller.policy.Policies;
import vzguard.controller.policy.Revision;
import vzguard.v1.VeFacts;
import vzguard.values.Ctid;

/**
 * What the VEs of each host add up to. Counted anew only for a host that changed, or when policies did: half a million VEs are
 * not looked at for every glance. Belongs to the event loop's thread.
 */
final class HostCounts {
    private final Policies policies;
    private final Map<Host, Counted> known = new WeakHashMap<>();

    HostCounts(Policies policies) {
        this.policies = policies;
    }

    /**
     * Of one host.
     *
     * @param guarded running VEs whose guard is in place as their policy asks
     * @param pending VEs that wait for a restart
     * @param drifted VEs whose guard is not as it was applied
     */
    record Count(int running, int guarded, int pending, List<Ctid> drifted) {}

    private record Counted(long hostChanges, long policyChanges, Count count) {}

    Count of(Host host) {
        Counted counted = known.get(host);
        if (counted == null
                || counted.hostChanges() != host.changes()
                || counted.policyChanges() != policies.changes()) {
            counted = new Counted(host.changes(), policies.changes(), count(host));
            known.put(host, counted);
        }
        return counted.count();
    }

    private Count count(Host host) {
        List<Revision> selecting = Assessment.selecting(policies.latest(), host);
        int running = 0;
        int guarded = 0;
        int pending = 0;
        List<Ctid> drifted = new ArrayList<>();
        for (Map.Entry<Ctid, Host.Ve> ve : host.ves().entrySet()) {
            VeFacts facts = ve.getValue().facts();
            Optional<Revision> policy = Assessment.policyFor(selecting, ve.getKey());
            running += ve.getValue().isRunning() ? 1 : 0;
            guarded += Assessment.isGuarded(facts, policy) ? 1 : 0;
            pending += facts.getRestartPending() ? 1 : 0;
            if (Assessment.isDrifted(facts, host, policy)) {
                drifted.add(ve.getKey());
            }
        }
        return new Count(running, guarded, pending, List.copyOf(drifted));
    }
}
