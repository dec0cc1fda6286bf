package vzguard.agent.verbs;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import com.google.protobuf.util.Timestamps;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import vzguard.v1.Cause;
import vzguard.v1.Evidence;
import vzguard.v1.GuardFact;
import vzguard.v1.HostFacts;
import vzguard.v1.JobResult;
import vzguard.v1.ModuleFact;
import vzguard.v1.ModulePresence;
import vzguard.v1.Plan;
import vzguard.v1.PlanStep;
import vzguard.v1.VeFacts;

/** Results as text for people, and as JSON and YAML (protobuf's JSON mapping of the contract's messages) for programs. */
final class Printing {
    private Printing() {}

    static void document(MessageOrBuilder message, VerbOptions.Format format, PrintStream out) {
        try {
            String json = JsonFormat.printer().alwaysPrintFieldsWithNoPresence().print(message);
            out.println(format == VerbOptions.Format.JSON ? json : yaml(json).stripTrailing());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("the contract has no field of unknown type", e);
        }
    }

    /** JSON is YAML: it is read as such and written in block style. */
    private static String yaml(String json) {
        Object document = new Load(LoadSettings.builder().build()).loadFromString(json);
        return new Dump(DumpSettings.builder()
                        .setDefaultFlowStyle(FlowStyle.BLOCK)
                        .build())
                .dumpToString(document);
    }

    /** @param wide also the source of each fact, when it was seen, and what is shared with each VE */
    static void facts(JobResult result, boolean wide, PrintStream out) {
        HostFacts host = result.getHost();
        out.println("host      " + host.getName() + ", kernel " + host.getKernel() + ", vzctl "
                + orNone(host.getVzctlVersion()) + ", " + orNone(host.getIptablesVersion()));
        out.println("modules   "
                + host.getModulesList().stream()
                        .filter(module -> module.getPresence() != ModulePresence.MODULE_PRESENCE_ABSENT)
                        .map(Printing::module)
                        .collect(Collectors.joining(" ")));
        out.println("shared    " + orNone(String.join(" ", host.getSharedWithAllList())) + " (" + host.getVzConfPath()
                + ")");
        out.println("guard     " + guards(host.getGuardsList()));
        host.getProblemsList().forEach(problem -> out.println("problem   " + problem));
        if (wide) {
            out.println("seen      " + Timestamps.toString(host.getObservedAt()));
            host.getModulesList().stream()
                    .filter(module -> module.getPresence() != ModulePresence.MODULE_PRESENCE_ABSENT)
                    .forEach(module -> out.println("module    " + module.getName() + ": " + module.getFoundAs() + ", "
                            + word(module.getPresence().name(), "MODULE_PRESENCE_") + ", at boot by "
                            + orNone(module.getPersistedBy())));
        }
        out.printf("%n%-12s %-10s %-20s %-9s %-30s %s%n", "CTID", "STATE", "HOSTNAME", "RESTART", "GUARD", "PROBLEMS");
        for (VeFacts ve : result.getVesList()) {
            out.printf(
                    "%-12s %-10s %-20s %-9s %-30s %s%n",
                    ve.getCtid(),
                    word(ve.getState().name(), "VE_STATE_"),
                    orNone(ve.getHostname()),
                    ve.getRestartPending() ? "pending" : "-",
                    guards(ve.getGuardsList()),
                    orNone(String.join("; ", ve.getProblemsList())));
            if (wide) {
                out.println("  shared     " + orNone(shared(ve)));
                out.println("  addresses  " + orNone(String.join(" ", ve.getAddressesList())));
                out.println("  permitted  "
                        + orNone(ve.getPermittedMap().entrySet().stream()
                                .map(tried -> tried.getKey() + "=" + (tried.getValue() ? "yes" : "no"))
                                .sorted()
                                .collect(Collectors.joining(" "))));
                ve.getGuardsList().stream()
                        .filter(guard -> !guard.getDetail().isEmpty())
                        .forEach(guard -> out.println("  guard v" + guard.getFamily() + "   " + guard.getDetail()));
                out.println("  seen       " + Timestamps.toString(ve.getObservedAt()) + ", started "
                        + (ve.hasStartedAt() ? Timestamps.toString(ve.getStartedAt()) : "-"));
            }
        }
    }

    private static String shared(VeFacts ve) {
        return ve.getNetfilter().isEmpty() ? String.join(" ", ve.getSharedList()) : "netfilter " + ve.getNetfilter();
    }

    private static String module(ModuleFact module) {
        return module.getPersistedBy().isEmpty() && module.getPresence() == ModulePresence.MODULE_PRESENCE_LOADED
                ? module.getName() + "(not at boot)"
                : module.getName();
    }

    private static String guards(List<GuardFact> guards) {
        return orNone(guards.stream()
                .map(guard ->
                        "v" + guard.getFamily() + " " + word(guard.getState().name(), "GUARD_STATE_"))
                .collect(Collectors.joining(", ")));
    }

    static void plan(Plan plan, PrintStream out) {
        out.println(target(plan.getTarget().getCtid()) + ": "
                + word(plan.getChangeClass().name(), "CHANGE_CLASS_"));
        for (PlanStep step : plan.getStepsList()) {
            out.println("  " + step.getSummary());
            out.println("    because " + step.getReason());
            step.getDiff().lines().forEach(line -> out.println("    | " + line));
        }
        plan.getCausesList().forEach(cause -> cause(cause, out));
        plan.getWarningsList().forEach(warning -> out.println("  warning: " + warning));
    }

    /** How many VEs the plans together restart, and which. */
    static String restarts(List<Plan> plans) {
        List<String> restarting = plans.stream()
                .filter(plan -> plan.getStepsList().stream()
                        .anyMatch(step -> step.getKind().equals("RESTART_VE")))
                .map(plan -> plan.getTarget().getCtid())
                .toList();
        return "restarts: "
                + (restarting.isEmpty()
                        ? "none"
                        : restarting.size() + (restarting.size() == 1 ? " VE (" : " VEs (")
                                + String.join(", ", restarting) + ")");
    }

    static void result(String ctid, JobResult result, PrintStream out) {
        out.println(target(ctid) + ": " + word(result.getOutcome().name(), "OUTCOME_") + ", " + result.getSummary()
                + (result.getRestarted() ? " (restarted)" : ""));
        result.getProofsList()
                .forEach(proof -> out.println("  IPv" + proof.getFamily() + " "
                        + word(proof.getVerdict().name(), "VERDICT_") + ": " + proof.getSummary()));
        result.getCausesList().forEach(cause -> cause(cause, out));
    }

    private static void cause(Cause cause, PrintStream out) {
        out.println("  " + cause.getCode() + ": " + cause.getSummary());
        for (Evidence evidence : cause.getEvidenceList()) {
            out.println("    " + evidence.getSource()
                    + (evidence.hasExitCode() ? " (exit " + evidence.getExitCode() + ")" : ""));
            evidence.getText().lines().forEach(line -> out.println("    | " + line));
        }
        if (!cause.getCure().isEmpty()) {
            out.println("    cure: " + cause.getCure() + (cause.getCureNeedsRestart() ? " (restarts the VE)" : ""));
        }
    }

    static String target(String ctid) {
        return ctid.isEmpty() ? "host" : "VE " + ctid;
    }

    private static String word(String name, String prefix) {
        return name.substring(prefix.length()).toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String orNone(String text) {
        return text.isEmpty() ? "-" : text;
    }
}
