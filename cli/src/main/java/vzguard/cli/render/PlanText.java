package vzguard.cli.render;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import vzguard.v1.ChangeClass;
import vzguard.v1.Plan;
import vzguard.v1.PlanStep;

/** Plans: what would change on each target, why, and at what cost. */
public final class PlanText {
    private PlanText() {}

    /** Hosts before their VEs, as people count. */
    public static List<Plan> sorted(List<Plan> plans) {
        return plans.stream()
                .sorted(Comparator.comparing((Plan plan) -> plan.getTarget().getHostName(), NaturalOrder.NATURAL)
                        .thenComparing(plan -> plan.getTarget().getHostId())
                        .thenComparing(plan -> plan.getTarget().getCtid(), NaturalOrder.NATURAL))
                .toList();
    }

    public static String render(List<Plan> plans, int targets, List<String> warnings, Screen screen) {
        StringBuilder text = new StringBuilder();
        for (String warning : warnings) {
            text.append(screen.paint(Tone.WARN, "warning: " + Text.line(warning)))
                    .append('\n');
        }
        Map<String, String> shown = new HashMap<>();
        PlanGroup.of(sorted(plans)).forEach(group -> text.append(group(group, shown, screen)));
        return text.append(screen.paint(Tone.STRONG, summary(plans, targets)))
                .append('\n')
                .toString();
    }

    /** {@code 12 targets: 10 change (4 restart), 1 no change, 1 blocked, 0 unknown}. */
    public static String summary(List<Plan> plans, int targets) {
        long restarts = count(plans, ChangeClass.CHANGE_CLASS_NEEDS_RESTART);
        long changes = count(plans, ChangeClass.CHANGE_CLASS_LIVE) + restarts;
        long unchanged = count(plans, ChangeClass.CHANGE_CLASS_NO_CHANGE);
        long blocked = count(plans, ChangeClass.CHANGE_CLASS_BLOCKED);
        int all = Math.max(targets, plans.size());
        return Text.count(all, "target") + ": " + changes + " change (" + restarts + " restart), " + unchanged
                + " no change, " + blocked + " blocked, " + (all - changes - unchanged - blocked) + " unknown"
                + (changes + blocked == 0 && unchanged == all ? "; nothing to do" : "");
    }

    /** Some target would change. */
    public static boolean hasChanges(List<Plan> plans) {
        return plans.stream().anyMatch(plan -> isChange(plan.getChangeClass()));
    }

    /** Every target could be planned. */
    public static boolean isComplete(List<Plan> plans, int targets) {
        return plans.size() >= targets
                && plans.stream()
                        .allMatch(plan -> isChange(plan.getChangeClass())
                                || plan.getChangeClass() == ChangeClass.CHANGE_CLASS_NO_CHANGE
                                || plan.getChangeClass() == ChangeClass.CHANGE_CLASS_BLOCKED);
    }

    private static boolean isChange(ChangeClass change) {
        return change == ChangeClass.CHANGE_CLASS_LIVE || change == ChangeClass.CHANGE_CLASS_NEEDS_RESTART;
    }

    /** @param shown diffs that stand above already, and where */
    private static String group(PlanGroup group, Map<String, String> shown, Screen screen) {
        Plan plan = group.first();
        Details details = new Details(screen);
        details.heading(group.title() + "  "
                + Tone.PLAIN.paint(screen.paint(tone(plan.getChangeClass()), describe(plan)), screen.colour()));
        int number = 0;
        for (PlanStep step : plan.getStepsList()) {
            number++;
            details.line(number + ". " + Text.line(step.getKind()) + ": " + Text.line(step.getSummary()));
            if (!step.getReason().isEmpty()) {
                details.line("   why: " + Text.line(step.getReason()));
            }
            if (!step.getDiff().isBlank()) {
                String here = Words.target(plan.getTarget()) + ", step " + number;
                String above = shown.putIfAbsent(step.getDiff(), here);
                if (above == null) {
                    details.block(step.getDiff(), "       ");
                } else {
                    details.line("   the same lines as " + above);
                }
            }
        }
        if (group.targets().size() > 1 && plan.getStepsCount() > 0) {
            details.line("shown for " + Words.target(plan.getTarget()) + ", the same for each of these "
                    + group.targets().size());
        }
        CauseText.brief(details, plan.getCausesList(), screen);
        plan.getWarningsList()
                .forEach(warning -> details.line(screen.paint(Tone.WARN, "warning: " + Text.line(warning))));
        return details.toString();
    }

    private static String describe(Plan plan) {
        String word = Words.name(plan.getChangeClass(), "CHANGE_CLASS_");
        return switch (plan.getChangeClass()) {
            case CHANGE_CLASS_LIVE -> word + " (" + Text.count(plan.getStepsCount(), "step") + ", no restart)";
            case CHANGE_CLASS_NEEDS_RESTART ->
                word + " (" + Text.count(plan.getStepsCount(), "step") + ", the VE restarts)";
            default -> word;
        };
    }

    private static Tone tone(ChangeClass change) {
        return switch (change) {
            case CHANGE_CLASS_NO_CHANGE -> Tone.GOOD;
            case CHANGE_CLASS_LIVE, CHANGE_CLASS_NEEDS_RESTART -> Tone.WARN;
            default -> Tone.BAD;
        };
    }

    private static long count(List<Plan> plans, ChangeClass change) {
        return plans.stream().filter(plan -> plan.getChangeClass() == change).count();
    }
}
