package vzguard.it.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A rollout after its end, as {@code rollout show -o json} tells it.
 *
 * @param exit exit code of the command that watched it
 * @param printed what that command printed, for messages
 */
public record Rollout(int exit, JsonObject view, String printed) {
    private static final List<String> ENDS =
            List.of("done", "noOp", "failed", "refused", "unreachable", "skipped", "pending", "running");

    public String id() {
        return view.get("rolloutId").getAsString();
    }

    public int count(String key) {
        return view.get(key).getAsInt();
    }

    /** States of the tasks without their prefix, by HOST or HOST/CTID. */
    public Map<String, String> states() {
        Map<String, String> states = new TreeMap<>();
        for (JsonObject task : tasks()) {
            states.put(target(task), task.get("state").getAsString().replace("TASK_STATE_", ""));
        }
        return states;
    }

    /** The codes of a target's causes. */
    public List<String> causes(String target) {
        List<String> codes = new ArrayList<>();
        for (JsonElement cause : task(target).getAsJsonArray("causes")) {
            codes.add(cause.getAsJsonObject().get("code").getAsString());
        }
        return codes;
    }

    JsonObject task(String target) {
        return tasks().stream()
                .filter(task -> target(task).equals(target))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no task for " + target + " in " + view));
    }

    List<JsonObject> tasks() {
        List<JsonObject> tasks = new ArrayList<>();
        for (JsonElement task : view.getAsJsonArray("tasks")) {
            tasks.add(task.getAsJsonObject());
        }
        return tasks;
    }

    private static String target(JsonObject task) {
        return place(task.getAsJsonObject("target"));
    }

    static String place(JsonObject target) {
        String ctid = target.get("ctid").getAsString();
        String host = target.get("hostName").getAsString();
        return ctid.isEmpty() ? host : host + "/" + ctid;
    }

    /** No task was lost and none counted twice: the sums agree, with each other and with the tasks. */
    public Rollout accounted() {
        assertThat(ENDS.stream().mapToInt(this::count).sum())
                .as(view.toString())
                .isEqualTo(count("targets"));
        assertThat(tasks()).as(view.toString()).hasSize(count("targets"));
        Map<String, String> words = Map.of("noOp", "NO_OP");
        for (String end : ENDS) {
            String state = words.getOrDefault(end, end.toUpperCase(java.util.Locale.ROOT));
            long tasks = states().values().stream().filter(state::equals).count();
            assertThat(tasks).as("%s of %s", end, view).isEqualTo(count(end));
        }
        return this;
    }

    /** Every target ended in one of these states. */
    public Rollout ended(String... states) {
        assertThat(states().values()).as("%s\n%s", printed, view).isSubsetOf(List.of(states));
        return this;
    }
}
