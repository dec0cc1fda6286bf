package vzguard.controller.operator;

import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import vzguard.controller.core.WireTime;
import vzguard.controller.fleet.Host;
import vzguard.controller.fleet.Streams;
import vzguard.controller.policy.Assessment;
import vzguard.controller.policy.Policies;
import vzguard.controller.policy.Revision;
import vzguard.v1.HostView;
import vzguard.v1.VeView;
import vzguard.values.Ctid;

/** Hosts and VEs as operators see them. Used on the event loop's thread. */
final class FleetViews {
    private final Streams streams;
    private final Policies policies;
    private final HostCounts counts;
    private final Clock clock;

    FleetViews(Streams streams, Policies policies, HostCounts counts, Clock clock) {
        this.streams = streams;
        this.policies = policies;
        this.counts = counts;
        this.clock = clock;
    }

    HostView host(Host host) {
        boolean connected = streams.isConnected(host.id());
        HostCounts.Count count = counts.of(host);
        return HostView.newBuilder()
                .setHostId(host.id())
                .setName(host.name())
                .setConnected(connected)
                // A live stream is heard of by its pings, at least every 40 s, without any message.
                .setLastSeen(WireTime.of(connected ? clock.instant() : host.lastSeen()))
                .putAllLabels(host.labels())
                .setFacts(host.facts())
                .setVes(host.ves().size())
                .setVesRunning(count.running())
                .setVesGuarded(count.guarded())
                .setEnrolledAt(WireTime.of(host.enrolledAt()))
                .build();
    }

    VeView ve(Host host, Ctid ctid, Host.Ve ve) {
        VeView.Builder view = VeView.newBuilder()
                .setHostId(host.id())
                .setHostName(host.name())
                .setHostConnected(streams.isConnected(host.id()))
                .setFacts(ve.facts())
                .putAllLabels(host.labels());
        Optional<Revision> policy = Assessment.policyFor(policies.latest(), host, ctid);
        policy.ifPresent(revision -> view.setPolicy(revision.name()).setPolicyRevision(revision.number()));
        Map<String, Long> applied = host.applied(ctid.text());
        String shown = policy.map(Revision::name)
                .filter(applied::containsKey)
                .orElseGet(() -> applied.keySet().stream().findFirst().orElse(""));
        view.setAppliedPolicy(shown).setAppliedRevision(applied.getOrDefault(shown, 0L));
        return view.build();
    }
}
