package vzguard.agent.wire;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import vzguard.agent.guard.Backends;
import vzguard.agent.model.Evidence;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.ModuleState;
import vzguard.agent.model.NetfilterMode;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.VeSnapshot;
import vzguard.policy.SshGuard;
import vzguard.v1.Cause;
import vzguard.v1.ChangeClass;
import vzguard.v1.GuardFact;
import vzguard.v1.GuardState;
import vzguard.v1.HostFacts;
import vzguard.v1.ModuleFact;
import vzguard.v1.ModulePresence;
import vzguard.v1.Placement;
import vzguard.v1.Plan;
import vzguard.v1.PlanStep;
import vzguard.v1.Target;
import vzguard.v1.VeFacts;
import vzguard.v1.VeState;

/** Records of the agent to messages of the contract. Every text is cleaned on the way: parts of it come from VEs. */
public final class FactsWire {
    private FactsWire() {}

    public static HostFacts host(HostSnapshot host) {
        HostFacts.Builder facts = HostFacts.newBuilder()
                .setName(Evidence.clean(host.name()))
                .setKernel(Evidence.clean(host.kernel()))
                .setVzctlVersion(Evidence.clean(host.vzctlVersion()))
                .setIptablesVersion(Evidence.clean(host.iptablesVersion()))
                .setBootId(Evidence.clean(host.bootId()))
                .addAllSharedWithAll(cleaned(host.vzConf().names().orElse(List.of())))
                .setVzConfPath(Evidence.clean(host.vzConf().path()))
                .addAllProblems(cleaned(host.problems()))
                .setObservedAt(timestamp(host.observedAt()))
                .setAgentVersion(version());
        host.modules().values().forEach(module -> facts.addModules(module(module)));
        host.guards().forEach(guard -> facts.addGuards(guard(guard)));
        return facts.build();
    }

    /** Everything but the last proof, which the snapshot does not know. A guard at the edge is told where there is one. */
    public static VeFacts ve(VeSnapshot ve, HostSnapshot host) {
        VeFacts.Builder facts = VeFacts.newBuilder()
                .setCtid(ve.ctid().text())
                .setState(state(ve.state()))
                .setHostname(Evidence.clean(ve.hostname()))
                .addAllAddresses(cleaned(ve.addresses()))
                .setDisabled(ve.disabled())
                .setOnboot(ve.onboot())
                .addAllShared(cleaned(ve.config().names().orElse(List.of())))
                .setHasOwnShare(ve.config().names().isPresent())
                .setNetfilter(ve.config().netfilter().map(NetfilterMode::word).orElse(""))
                .setRestartPending(ve.restartPending() == VeSnapshot.Pending.YES)
                .addAllMatchesLoaded(cleaned(ve.inside().matches()))
                .addAllProblems(cleaned(ve.problems()));
        facts.setNoIpv6(ve.reachable() && !ve.inside().ipv6());
        ve.inside().permissions().forEach(tried -> facts.putPermitted(tried.match(), tried.permitted()));
        ve.inside().guards().forEach(guard -> facts.addGuards(guard(guard)));
        host.edges().of(ve.ctid()).stream()
                .filter(guard -> guard.present() || guard.stored().filePresent())
                .forEach(guard -> facts.addGuards(guard(guard)));
        ve.startedAt().map(FactsWire::timestamp).ifPresent(facts::setStartedAt);
        return facts.setObservedAt(timestamp(host.observedAt())).build();
    }

    private static ModuleFact module(ModuleState module) {
        ModulePresence presence = switch (module.presence()) {
            case ABSENT -> ModulePresence.MODULE_PRESENCE_ABSENT;
            case LOADED -> ModulePresence.MODULE_PRESENCE_LOADED;
            case BUILT_IN -> ModulePresence.MODULE_PRESENCE_BUILT_IN;
        };
        return ModuleFact.newBuilder()
                .setName(module.name())
                .setFoundAs(Evidence.clean(module.foundAs()))
                .setPresence(presence)
                .setPersistedBy(Evidence.clean(module.persistedBy()))
                .build();
    }

    private static GuardFact guard(GuardSeen guard) {
        boolean persisted = guard.stored().rules().isPresent();
        String complaint = complaint(guard);
        return GuardFact.newBuilder()
                .setPlacement(placement(guard.placement()))
                .setFamily(guard.family().number())
                .setState(state(guard, complaint))
                .setDigest(guard.rules().map(OwnRules::digest).orElse(""))
                .setPersisted(persisted)
                .setListed(guard.listed())
                .setDetail(Evidence.clean(complaint))
                .build();
    }

    private static GuardState state(GuardSeen guard, String complaint) {
        if (guard.rules().isEmpty()) {
            return GuardState.GUARD_STATE_UNKNOWN;
        }
        if (!guard.present()) {
            return GuardState.GUARD_STATE_ABSENT;
        }
        return complaint.isEmpty() ? GuardState.GUARD_STATE_IN_PLACE : GuardState.GUARD_STATE_DRIFTED;
    }

    /** Why a guard is not in place; what is stored tells what was applied. */
    public static String complaint(GuardSeen guard) {
        if (guard.rules().isEmpty()) {
            return guard.problem();
        }
        OwnRules rules = guard.rules().get();
        Optional<OwnRules> stored = guard.stored().rules();
        boolean elsewhere = guard.elsewhere().stream().anyMatch(Backends::isOwn);
        if (!guard.present() && elsewhere) {
            return "it stands in the tables of the other backend of iptables";
        }
        if (!guard.present()) {
            return stored.isPresent() ? "it was applied, and its rules are gone" : "none was applied";
        }
        if (rules.chain().isEmpty()) {
            return "its chain is empty";
        }
        if (rules.jumps().isEmpty()) {
            return "nothing jumps to its chain";
        }
        if (!rules.jumpsFirst()) {
            return "another rule stands before it" + (guard.before().isEmpty() ? "" : ": " + guard.before());
        }
        if (elsewhere) {
            return "it stands in the tables of the other backend of iptables too: every connection counts twice";
        }
        if (rules.countsTwice()) {
            return "a copy of the published rules stands beside it: every connection counts twice";
        }
        return stored.isPresent() && !stored.get().equals(rules.withoutCopies())
                ? "its rules differ from those that were applied"
                : "";
    }

    public static Placement placement(SshGuard.Placement placement) {
        return switch (placement) {
            case HOST -> Placement.PLACEMENT_HOST;
            case VE -> Placement.PLACEMENT_VE;
            case EDGE -> Placement.PLACEMENT_EDGE;
        };
    }

    private static VeState state(vzguard.agent.model.VeState state) {
        return switch (state) {
            case RUNNING -> VeState.VE_STATE_RUNNING;
            case STOPPED -> VeState.VE_STATE_STOPPED;
            case SUSPENDED -> VeState.VE_STATE_SUSPENDED;
            case MOUNTED -> VeState.VE_STATE_MOUNTED;
            case UNKNOWN -> VeState.VE_STATE_UNKNOWN;
        };
    }

    public static Plan plan(vzguard.agent.model.Plan plan, Target target) {
        Plan.Builder message = Plan.newBuilder()
                .setTarget(target)
                .setChangeClass(changeClass(plan.changeClass()))
                .addAllWarnings(cleaned(plan.warnings()))
                .setHash(plan.hash());
        plan.steps()
                .forEach(step -> message.addSteps(PlanStep.newBuilder()
                        .setKind(step.kind().name())
                        .setSummary(Evidence.clean(step.summary()))
                        .setReason(Evidence.clean(step.reason()))
                        .setDiff(Evidence.clean(step.diff()))));
        plan.causes().forEach(cause -> message.addCauses(cause(cause)));
        return message.build();
    }

    private static ChangeClass changeClass(vzguard.agent.model.ChangeClass changeClass) {
        return switch (changeClass) {
            case NO_CHANGE -> ChangeClass.CHANGE_CLASS_NO_CHANGE;
            case LIVE -> ChangeClass.CHANGE_CLASS_LIVE;
            case NEEDS_RESTART -> ChangeClass.CHANGE_CLASS_NEEDS_RESTART;
            case BLOCKED -> ChangeClass.CHANGE_CLASS_BLOCKED;
            case UNKNOWN -> ChangeClass.CHANGE_CLASS_UNKNOWN;
        };
    }

    public static Cause cause(vzguard.agent.model.Cause cause) {
        Cause.Builder message = Cause.newBuilder()
                .setCode(cause.code().name())
                .setSummary(Evidence.clean(cause.summary()))
                .setCure(Evidence.clean(cause.cure()))
                .setCureNeedsRestart(cause.cureNeedsRestart());
        cause.evidence().forEach(evidence -> message.addEvidence(evidence(evidence)));
        return message.build();
    }

    private static vzguard.v1.Evidence evidence(Evidence evidence) {
        vzguard.v1.Evidence.Builder message = vzguard.v1.Evidence.newBuilder()
                .setSource(Evidence.clean(evidence.source()))
                .setText(evidence.text());
        evidence.exit().ifPresent(message::setExitCode);
        return message.build();
    }

    private static List<String> cleaned(List<String> texts) {
        return texts.stream().map(Evidence::clean).toList();
    }

    public static Timestamp timestamp(Instant instant) {
        return Timestamp.newBuilder()
                .setSeconds(instant.getEpochSecond())
                .setNanos(instant.getNano())
                .build();
    }

    private static String version() {
        String version = FactsWire.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
