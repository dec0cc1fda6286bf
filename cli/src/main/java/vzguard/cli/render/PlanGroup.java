package vzguard.cli.render;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import vzguard.v1.Plan;

/**
 * Targets whose plans read the same but for the CTID, so that a fleet's plan stays readable.
 *
 * @param plans in the order given, at least one
 */
record PlanGroup(List<Plan> plans) {
    PlanGroup {
        plans = List.copyOf(plans);
    }

    /** Groups in the order of their first plans; every plan is in exactly one. */
    static List<PlanGroup> of(List<Plan> plans) {
        Map<Plan, List<Plan>> byText = new LinkedHashMap<>();
        plans.forEach(plan -> byText.computeIfAbsent(withoutTarget(plan), text -> new ArrayList<>())
                .add(plan));
        return byText.values().stream().map(PlanGroup::new).toList();
    }

    Plan first() {
        return plans.get(0);
    }

    List<String> targets() {
        return plans.stream().map(plan -> Words.target(plan.getTarget())).toList();
    }

    /** The names of all targets, broken into lines of a terminal's width. */
    String title() {
        StringBuilder title = new StringBuilder();
        int column = 0;
        for (String target : targets()) {
            if (column > 0 && column + target.length() + 1 > Screen.WIDTH - 2) {
                title.append('\n');
                column = 0;
            }
            title.append(column == 0 ? "" : " ").append(target);
            column += target.length() + 1;
        }
        return title.toString();
    }

    /** The plan with its CTID blotted out; the hash differs by nature. */
    private static Plan withoutTarget(Plan plan) {
        String ctid = plan.getTarget().getCtid();
        Plan.Builder same = plan.toBuilder().clearTarget().clearHash();
        if (!ctid.isEmpty()) {
            Pattern word = Pattern.compile("(?<![A-Za-z0-9-])" + Pattern.quote(ctid) + "(?![A-Za-z0-9-])");
            same.getStepsBuilderList()
                    .forEach(step -> step.setSummary(blot(word, step.getSummary()))
                            .setReason(blot(word, step.getReason()))
                            .setDiff(blot(word, step.getDiff())));
            same.getCausesBuilderList()
                    .forEach(cause -> cause.setSummary(blot(word, cause.getSummary()))
                            .setCure(blot(word, cause.getCure()))
                            .clearEvidence());
            List<String> warnings = same.getWarningsList().stream()
                    .map(warning -> blot(word, warning))
                    .toList();
            same.clearWarnings().addAllWarnings(warnings);
        }
        return same.build();
    }

    private static String blot(Pattern word, String text) {
        return word.matcher(text).replaceAll("CTID");
    }
}
