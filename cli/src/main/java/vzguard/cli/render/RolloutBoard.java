package vzguard.cli.render;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import vzguard.v1.RolloutView;
import vzguard.v1.Target;
import vzguard.v1.TaskState;
import vzguard.v1.TaskView;

/** A rollout that is being watched: the latest counts, and the latest state of every task. Immutable. */
public final class RolloutBoard {
    private static final int BAR = 30;
    private static final int RUNNING_SHOWN = 8;

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

    /** With a further message: the first carries all tasks, later ones those that changed. */
    public RolloutBoard with(RolloutView message) {
        Map<String, TaskView> merged = new LinkedHashMap<>(tasks);
        message.getTasksList().forEach(task -> merged.put(key(task.getTarget()), task));
        return new RolloutBoard(message, merged);
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
        if (!headline.equals(RolloutText.headline(before.latest))) {
            lines.add(headline);
        }
        for (TaskView task : RolloutText.sorted(List.copyOf(tasks.values()))) {
            TaskView earlier = before.tasks.get(key(task.getTarget()));
            String line = line(task);
            boolean news = task.getState() != TaskState.TASK_STATE_PENDING || earlier != null;
            if (news && (earlier == null || !line.equals(line(earlier)))) {
                lines.add("  " + line);
            }
        }
        return lines;
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
        for (TaskView task : RolloutText.sorted(List.copyOf(tasks.values()))) {
            boolean troubled =
                    RolloutText.tone(task.getState()) == Tone.BAD || task.getState() == TaskState.TASK_STATE_SKIPPED;
            if ((troubled && !many) || RolloutText.isUnproven(task)) {
                details.heading(line(task));
                CauseText.brief(details, task.getCausesList(), screen);
            }
        }
        return details + RolloutText.restarted(latest) + "\n" + RolloutText.accounting(latest) + "\n";
    }

    private String bar(boolean colour) {
        int targets = latest.getTargets();
        int over = targets - latest.getPending() - latest.getRunning();
        int filled = targets == 0 ? BAR : over * BAR / targets;
        int busy = targets == 0 ? 0 : Math.min(BAR - filled, (latest.getRunning() * BAR + targets - 1) / targets);
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
