package vzguard.agent.plan;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import vzguard.agent.boot.BootSeen;
import vzguard.agent.dialect.Dialect;
import vzguard.agent.model.Edges;
import vzguard.agent.model.Evidence;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.Kept;
import vzguard.agent.model.ModuleState;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Permission;
import vzguard.agent.model.Place;
import vzguard.agent.model.Share;
import vzguard.agent.model.ShareConfig;
import vzguard.agent.model.Step;
import vzguard.agent.model.VeSnapshot;
import vzguard.agent.model.VeState;
import vzguard.agent.tools.ConfigText;
import vzguard.values.Ctid;

/** What a step does to a host, on snapshots: by the rules of every OpenVZ kernel known: the
 * mask limits tables, connection tracking and NAT, and recent only by way of its table. */
final class Simulator {
    private Simulator() {}

    static HostSnapshot apply(HostSnapshot host, Step step) {
        HostSnapshot changed = switch (step.kind()) {
            case LOAD_MODULE -> loaded(host, ((Step.LoadModule) step).module());
            case PERSIST_MODULES -> persisted(host, (Step.PersistModules) step);
            case SHARE_GLOBAL -> global(host, (Step.ShareGlobal) step);
            case SHARE_VE -> {
                Step.ShareVe share = (Step.ShareVe) step;
                yield config(host, share.ctid(), "IPTABLES=\"" + String.join(" ", share.names()) + " \"\n");
            }
            case SHARE_NETFILTER -> {
                Step.ShareNetfilter share = (Step.ShareNetfilter) step;
                yield config(host, share.ctid(), "NETFILTER=\"" + share.mode().word() + "\"\n");
            }
            case RESTART_VE -> restarted(host, ((Step.RestartVe) step).ctid());
            case WRITE_GUARD -> {
                Step.WriteGuard write = (Step.WriteGuard) step;
                yield guards(
                        host,
                        write.place(),
                        guard -> guard.family() == write.family()
                                ? guard.withRules(
                                        write.adopted().isEmpty()
                                                ? write.rules().with(guard.copies())
                                                : write.rules())
                                : guard);
            }
            case REMOVE_GUARD -> {
                Step.RemoveGuard remove = (Step.RemoveGuard) step;
                yield guards(
                        host,
                        remove.place(),
                        guard -> guard.family() == remove.family()
                                ? guard.withRules(OwnRules.NONE.with(
                                        remove.adopted().isEmpty() ? guard.copies() : remove.adopted()))
                                : guard);
            }
            case PERSIST_GUARD -> {
                Step.PersistGuard persist = (Step.PersistGuard) step;
                yield guards(host, persist.place(), guard -> {
                    Optional<OwnRules> rules =
                            Optional.ofNullable(persist.rules().get(guard.family()));
                    return guard.withStored(new GuardSeen.Stored(
                            rules,
                            rules.isPresent(),
                            BootSeen.complete(persist.layout()),
                            persist.kept().getOrDefault(guard.family(), Kept.NOTHING)));
                });
            }
            case REMOVE_PERSISTENCE -> {
                Step.RemovePersistence remove = (Step.RemovePersistence) step;
                HostSnapshot without = guards(
                        host,
                        remove.place(),
                        guard -> guard.withStored(new GuardSeen.Stored(
                                Optional.empty(), false, guard.stored().boot(), Kept.NOTHING)));
                boolean loadsOthers = remove.place().inside().isEmpty()
                        && Stream.concat(
                                        without.guards().stream(),
                                        without.edges().guards().values().stream()
                                                .flatMap(List::stream))
                                .anyMatch(guard -> guard.stored().filePresent());
                yield loadsOthers ? without : withoutLoader(without, remove.place());
            }
        };
        return seenAgain(changed);
    }

    /** Whatever it loaded is not loaded any more. */
    private static HostSnapshot withoutLoader(HostSnapshot host, Place place) {
        UnaryOperator<GuardSeen> change = guard -> guard.withStored(new GuardSeen.Stored(
                Optional.empty(),
                guard.stored().filePresent(),
                BootSeen.bare(guard.stored().boot().layout()),
                guard.stored().kept()));
        return place.inside().isPresent() ? guards(host, place, change) : onHost(host, change);
    }

    /** Guards in the host's own tables have what loads them in common. */
    static HostSnapshot sharingLoader(HostSnapshot host) {
        Optional<BootSeen> loader = Stream.concat(
                        host.guards().stream(),
                        host.edges().guards().values().stream().flatMap(List::stream))
                .map(guard -> guard.stored().boot())
                .filter(BootSeen::loads)
                .findFirst();
        return loader.isEmpty()
                ? host
                : onHost(
                        host,
                        guard -> guard.withStored(new GuardSeen.Stored(
                                guard.stored().rules(),
                                guard.stored().filePresent(),
                                loader.get(),
                                guard.stored().kept())));
    }

    private static HostSnapshot onHost(HostSnapshot host, UnaryOperator<GuardSeen> change) {
        SortedMap<Ctid, List<GuardSeen>> edges = new TreeMap<>();
        host.edges()
                .guards()
                .forEach((ctid, guards) ->
                        edges.put(ctid, guards.stream().map(change).toList()));
        return with(
                host,
                host.modules(),
                host.vzConf(),
                host.modulesFile(),
                host.guards().stream().map(change).toList(),
                edges(edges));
    }

    /** What a host keeps is what it shows. */
    static Edges edges(SortedMap<Ctid, List<GuardSeen>> guards) {
        return new Edges(
                guards,
                guards.keySet().stream()
                        .filter(ctid -> java.util.Objects.requireNonNull(guards.get(ctid)).stream()
                                .anyMatch(guard ->
                                        guard.present() || guard.stored().filePresent()))
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    private static HostSnapshot loaded(HostSnapshot host, String module) {
        SortedMap<String, ModuleState> modules = new TreeMap<>(host.modules());
        String by = host.module(module).persistedBy();
        modules.put(module, new ModuleState(module, module, ModuleState.Presence.LOADED, by));
        return with(host, modules, host.vzConf(), host.modulesFile(), host.guards());
    }

    private static HostSnapshot persisted(HostSnapshot host, Step.PersistModules step) {
        SortedMap<String, ModuleState> modules = new TreeMap<>(host.modules());
        step.modules().forEach(name -> {
            ModuleState state = host.module(name);
            modules.put(name, new ModuleState(name, state.foundAs(), state.presence(), step.path()));
        });
        return with(
                host, modules, host.vzConf(), new HostSnapshot.ModulesFile(step.path(), step.content()), host.guards());
    }

    private static HostSnapshot global(HostSnapshot host, Step.ShareGlobal step) {
        String text = ConfigText.parse(host.vzConf().text())
                .withWords("IPTABLES", step.names(), vzguard.agent.model.ShareNames.DEFAULT);
        return with(host, host.modules(), parsed(step.path(), text), host.modulesFile(), host.guards());
    }

    private static HostSnapshot config(HostSnapshot host, Ctid ctid, String line) {
        VeSnapshot ve = host.ve(ctid).orElseThrow();
        String key = line.substring(0, line.indexOf('='));
        String kept = ve.config().text().replaceAll("(?m)^" + key + "=.*\n", "");
        return host.withVe(with(
                ve,
                parsed(ve.config().path(), kept + line),
                ve.startedWith(),
                ve.inside().guards()));
    }

    private static HostSnapshot restarted(HostSnapshot host, Ctid ctid) {
        VeSnapshot ve = host.ve(ctid).orElseThrow();
        List<GuardSeen> guards = ve.inside().guards().stream()
                // Copies come back from wherever they are loaded; the own hook takes away those that were adopted.
                .map(guard -> guard.withRules(guard.stored()
                        .rules()
                        .orElse(OwnRules.NONE)
                        .with(guard.stored().kept().adopted().isEmpty() ? guard.copies() : List.of())))
                .toList();
        boolean bound = Dialect.of(host).kernel().boundAtStart("ip_conntrack");
        boolean conntrack =
                ve.inside().conntrack() || (bound && host.module("ip_conntrack").present());
        return host.withVe(with(ve, ve.config(), Optional.of(ve.effective()), guards, conntrack));
    }

    /** The host with these guards of its own. */
    static HostSnapshot guarding(HostSnapshot host, List<GuardSeen> guards) {
        return with(host, host.modules(), host.vzConf(), host.modulesFile(), guards);
    }

    private static HostSnapshot guards(HostSnapshot host, Place place, UnaryOperator<GuardSeen> change) {
        if (place.ctid().isEmpty()) {
            List<GuardSeen> guards = host.guards().stream().map(change).toList();
            return with(host, host.modules(), host.vzConf(), host.modulesFile(), guards);
        }
        if (place.edge()) {
            SortedMap<Ctid, List<GuardSeen>> edges = new TreeMap<>(host.edges().guards());
            edges.put(place.ctid().get(), host.at(place).stream().map(change).toList());
            return with(host, host.modules(), host.vzConf(), host.modulesFile(), host.guards(), edges(edges));
        }
        VeSnapshot ve = host.ve(place.ctid().get()).orElseThrow();
        return host.withVe(with(
                ve,
                ve.config(),
                ve.startedWith(),
                ve.inside().guards().stream().map(change).toList()));
    }

    static ShareConfig parsed(String path, String text) {
        ConfigText config = ConfigText.parse(text);
        return new ShareConfig(
                path,
                config.words("IPTABLES"),
                config.value("NETFILTER").flatMap(vzguard.agent.model.NetfilterMode::parse),
                config.duplicates("IPTABLES", "NETFILTER"),
                text);
    }

    /** What follows from the rest: effective shares, and what experiments in the VEs show. */
    static HostSnapshot seenAgain(HostSnapshot host) {
        HostSnapshot seen = sharingLoader(host);
        Dialect dialect = Dialect.of(host);
        for (VeSnapshot ve : host.ves().values()) {
            Share effective = dialect.effective(ve.config(), host.vzConf());
            List<Permission> permissions = new ArrayList<>();
            if (ve.state() == VeState.RUNNING) {
                boolean loaded = host.module("ipt_recent").present();
                boolean permitted = ve.startedWith()
                        .map(given -> given.permits("iptable_filter"))
                        .orElse(true);
                permissions.add(new Permission("recent", loaded && permitted, Evidence.ofProgram("try", 0, "")));
            }
            VeSnapshot.Inside inside = new VeSnapshot.Inside(
                    List.of(),
                    permissions,
                    ve.inside().guards(),
                    ve.inside().listening(),
                    ve.inside().ipv6(),
                    ve.inside().iptables(),
                    ve.inside().conntrack());
            seen = seen.withVe(new VeSnapshot(
                    ve.ctid(),
                    ve.state(),
                    ve.disabled(),
                    ve.onboot(),
                    ve.hostname(),
                    ve.addresses(),
                    ve.config(),
                    effective,
                    ve.startedWith(),
                    ve.reachable(),
                    inside,
                    ve.startedAt(),
                    ve.problems()));
        }
        return seen;
    }

    private static VeSnapshot with(
            VeSnapshot ve, ShareConfig config, Optional<Share> startedWith, List<GuardSeen> guards) {
        return with(ve, config, startedWith, guards, ve.inside().conntrack());
    }

    private static VeSnapshot with(
            VeSnapshot ve, ShareConfig config, Optional<Share> startedWith, List<GuardSeen> guards, boolean conntrack) {
        VeSnapshot.Inside inside = new VeSnapshot.Inside(
                ve.inside().matches(),
                ve.inside().permissions(),
                guards,
                ve.inside().listening(),
                ve.inside().ipv6(),
                ve.inside().iptables(),
                conntrack);
        return new VeSnapshot(
                ve.ctid(),
                ve.state(),
                ve.disabled(),
                ve.onboot(),
                ve.hostname(),
                ve.addresses(),
                config,
                ve.effective(),
                startedWith,
                ve.reachable(),
                inside,
                ve.startedAt(),
                ve.problems());
    }

    private static HostSnapshot with(
            HostSnapshot host,
            SortedMap<String, ModuleState> modules,
            ShareConfig vzConf,
            HostSnapshot.ModulesFile modulesFile,
            List<GuardSeen> guards) {
        return with(host, modules, vzConf, modulesFile, guards, host.edges());
    }

    private static HostSnapshot with(
            HostSnapshot host,
            SortedMap<String, ModuleState> modules,
            ShareConfig vzConf,
            HostSnapshot.ModulesFile modulesFile,
            List<GuardSeen> guards,
            Edges edges) {
        return new HostSnapshot(
                host.name(),
                host.kernel(),
                host.switches(),
                host.vzctlVersion(),
                host.iptablesVersion(),
                host.bootId(),
                modules,
                vzConf,
                modulesFile,
                guards,
                edges,
                host.failsafe(),
                host.ves(),
                host.veListReadable(),
                host.problems(),
                Instant.EPOCH);
    }
}
