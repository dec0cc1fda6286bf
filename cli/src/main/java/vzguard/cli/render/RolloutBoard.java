package vzguard.cli.render;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import vzguard.v1.RolloutView;
import vzguard.v1.Target;
import vzguard.v1.TaskState;
import vzguard.v1.TaskView;

/**
 * A rollout that is being watched: the latest counts, and the latest state of every task; of a large rollout only of those that
 * run, are not well or not proven, since nobody reads half a million lines. Immutable.
 */
public final class RolloutBoard {
    private static final int BAR = 30;
    private static final int RUNNING_SHOWN = 8;
    /** As the API counts: a larger rollout's tasks come only when something happens to them. */
    private static final int LARGE = 500;
    /** Lines about single targets, and tasks that are kept although they are well: enough to see what it is about. */
    private static final int SINGLE = 20;

    private final RolloutView latest;
    private final Map<String, TaskView> tasks;

    private RolloutBoard(RolloutView latest, Map<String, TaskView> tasks) {
        this.latest = latest;
        this.tasks = tasks;
    }

    /** Before the first message. */
    public static RolloutBoard empty() {
        return new RolloutBoard(RolloutView.getDefaultInstance(), Map.of());
    }

    /** With a further message: its tasks are new, the others stay as they were. */
    public RolloutBoard with(RolloutView message) {
        Map<String, TaskView> merged = new LinkedHashMap<>(tasks);
        for (TaskView task : message.getTasksList()) {
            if (isLarge(message) && !isKept(task, merged.size())) {
                merged.remove(key(task.getTarget()));
            } else {
                merged.put(key(task.getTarget()), task);
            }
        }
        return new RolloutBoard(message, merged);
    }

    private static boolean isKept(TaskView task, int kept) {
        return task.getState() == TaskState.TASK_STATE_RUNNING
                || RolloutText.tone(task.getState()) == Tone.BAD
                || (RolloutText.isUnproven(task) && kept < LARGE);
    }

    private static boolean isLarge(RolloutView message) {
        return message.getTargets() > LARGE;
    }

    /** The latest message with all tasks known. */
    public RolloutView rollout() {
        return latest.toBuilder()
                .clearTasks()
                .addAllTasks(RolloutText.sorted(List.copyOf(tasks.values())))
                .build();
    }

    /** For a pipe: what is new against the board before, a line each; none when nothing that a person wants to know is. */
    public List<String> changesSince(RolloutBoard before) {
        List<String> lines = new ArrayList<>();
        String headline = RolloutText.headline(latest);
        if (isLarge(latest)) {
            // What it waits for counts down with every message.
            if (!uncounted(latest).equals(uncounted(before.latest))) {
                lines.add(headline);
            }
            lines.addAll(largeChangesSince(before));
            return lines;
        }
        if (!headline.equals(RolloutText.headline(before.latest))) {
            lines.add(headline);
        }
        for (TaskView task : RolloutText.sorted(latest.getTasksList())) {
            TaskView earlier = before.tasks.get(key(task.getTarget()));
            String line = line(task);
            boolean news = task.getState() != TaskState.TASK_STATE_PENDING || earlier != null;
            if (news && (earlier == null || !line.equals(line(earlier)))) {
                lines.add("  " + line);
            }
        }
        return lines;
    }

    /** The account with each percent that is over, and the first targets that are not well; the ending tells what they share. */
    private List<String> largeChangesSince(RolloutBoard before) {
        List<String> lines = new ArrayList<>();
        int troubled = troubled(before.latest);
        for (TaskView task : RolloutText.sorted(latest.getTasksList())) {
            boolean bad = RolloutText.tone(task.getState()) == Tone.BAD;
            if (bad && !task.equals(before.tasks.get(key(task.getTarget()))) && troubled < SINGLE) {
                lines.add("  " + line(task));
                troubled++;
                if (troubled == SINGLE) {
                    lines.add("  further ones are counted only; see vzguard rollout show " + latest.getRolloutId());
                }
            }
        }
        if (percent(latest) != percent(before.latest)) {
            lines.add("  " + RolloutText.accounting(latest));
        }
        return lines;
    }

    private static String uncounted(RolloutView rollout) {
        return rollout.getState() + " " + rollout.getWave() + " "
                + rollout.getWaitingFor().replaceAll("[0-9]+", "N");
    }

    private static int troubled(RolloutView rollout) {
        return rollout.getFailed() + rollout.getRefused() + rollout.getUnreachable();
    }

    private static int percent(RolloutView rollout) {
        int over = rollout.getTargets() - rollout.getPending() - rollout.getRunning();
        return rollout.getTargets() == 0 ? 0 : (int) (over * 100L / rollout.getTargets());
    }

    /** For a terminal: a block of lines, each within the width, to be drawn over the one before. */
    public List<String> block(int width, boolean colour) {
        List<String> lines = new ArrayList<>();
        lines.add(Tone.STRONG.paint(Text.cut(RolloutText.headline(latest), width), colour));
        lines.add(bar(colour));
        lines.add(Text.cut(
                latest.getDone() + " done, " + latest.getNoOp() + " no-op, " + latest.getFailed() + " failed, "
                        + latest.getRefused() + " refused, " + latest.getUnreachable() + " unreachable, "
                        + latest.getSkipped() + " skipped",
                width));
        List<TaskView> running = RolloutText.sorted(tasks.values().stream()
                .filter(task -> task.getState() == TaskState.TASK_STATE_RUNNING)
                .toList());
        running.stream().limit(RUNNING_SHOWN).forEach(task -> lines.add(Text.cut("  " + line(task), width)));
        if (running.size() > RUNNING_SHOWN) {
            lines.add("  and " + (running.size() - RUNNING_SHOWN) + " more running");
        }
        return lines;
    }

    /** After the end: what is not well or not proven, how many VEs were restarted, and the accounting. */
    public String ending(Screen screen) {
        Details details = new Details(screen);
        RolloutText.clusters(details, latest, screen);
        boolean many = RolloutText.isMany(latest);
        int told = 0;
        for (TaskView task : RolloutText.sorted(List.copyOf(tasks.values()))) {
            boolean troubled =
                    RolloutText.tone(task.getState()) == Tone.BAD || task.getState() == TaskState.TASK_STATE_SKIPPED;
            if ((troubled && !many) || RolloutText.isUnproven(task)) {
                if (isLarge(latest) && told == SINGLE) {
                    details.line("further targets are not proven; see vzguard rollout show " + latest.getRolloutId()
                            + " --all");
                    break;
                }
                told++;
                details.heading(line(task));
                CauseText.brief(details, task.getCausesList(), screen);
            }
        }
        return details + RolloutText.restarted(latest) + "\n" + RolloutText.accounting(latest) + "\n";
    }

    private String bar(boolean colour) {
        int targets = latest.getTargets();
        int over = targets - latest.getPending() - latest.getRunning();
        int filled = targets == 0 ? BAR : (int) ((long) over * BAR / targets);
        int busy = targets == 0
                ? 0
                : (int) Math.min(BAR - filled, ((long) latest.getRunning() * BAR + targets - 1) / targets);
        Tone tone = latest.getFailed() + latest.getRefused() + latest.getUnreachable() > 0 ? Tone.BAD : Tone.GOOD;
        return "[" + tone.paint("#".repeat(filled), colour) + Tone.WARN.paint("-".repeat(busy), colour)
                + ".".repeat(BAR - filled - busy) + "] " + over + "/" + targets;
    }

    private static String line(TaskView task) {
        String summary = Text.line(RolloutText.summary(task));
        return Words.target(task.getTarget()) + " " + Words.lower(task.getState(), "TASK_STATE_")
                + (summary.isEmpty() ? "" : ": " + summary);
    }

    private static String key(Target target) {
        return target.getHostId() + "/" + target.getHostName() + "/" + target.getCtid();
    }
}
