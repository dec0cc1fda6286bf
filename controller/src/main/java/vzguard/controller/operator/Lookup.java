package vzguard.controller.operator;

import java.util.List;
import vzguard.controller.fleet.Host;
import vzguard.controller.fleet.Hosts;
import vzguard.controller.policy.Policies;
import vzguard.controller.policy.Revision;
import vzguard.policy.HostTerms;
import vzguard.policy.Selector;
import vzguard.v1.SelectorSpec;
import vzguard.values.Ctid;
import vzguard.values.CtidRanges;

/** Finds what a request names, or says what exists near it. Used on the event loop's thread. */
final class Lookup {
    private final Hosts hosts;
    private final Policies policies;

    Lookup(Hosts hosts, Policies policies) {
        this.hosts = hosts;
        this.policies = policies;
    }

    Host host(String nameOrId) {
        List<Host> found = hosts.named(nameOrId);
        if (found.isEmpty()) {
            throw Fault.notFound("no host \"" + nameOrId + "\" "
                    + Near.names(nameOrId, hosts.all().stream().map(Host::name).toList()));
        }
        if (found.size() > 1) {
            throw Fault.invalid(found.size() + " hosts are named \"" + nameOrId + "\"; use the UUID: "
                    + String.join(", ", found.stream().map(Host::id).toList()));
        }
        return found.get(0);
    }

    Ctid ctid(Host host, String text) {
        Ctid ctid;
        try {
            ctid = new Ctid(text);
        } catch (IllegalArgumentException e) {
            throw Fault.invalid(String.valueOf(e.getMessage()));
        }
        if (!host.ves().containsKey(ctid)) {
            throw Fault.notFound("no VE " + ctid + " on host " + host.name() + " "
                    + Near.names(
                            text, host.ves().keySet().stream().map(Ctid::text).toList()));
        }
        return ctid;
    }

    Revision policy(String name, long revision) {
        Revision latest = policies.latest(name)
                .orElseThrow(() -> Fault.notFound("no policy \"" + name + "\" " + Near.names(name, policies.names())));
        return revision == 0
                ? latest
                : policies.revision(name, revision)
                        .orElseThrow(() -> Fault.notFound("policy " + name + " has no revision " + revision
                                + " (there are: 1 to " + latest.number() + ")"));
    }

    static Selector selector(SelectorSpec spec) {
        try {
            return new Selector(HostTerms.parse(spec.getHosts()), CtidRanges.parse(spec.getVes()));
        } catch (IllegalArgumentException e) {
            throw Fault.invalid("selector: " + e.getMessage());
        }
    }
}
