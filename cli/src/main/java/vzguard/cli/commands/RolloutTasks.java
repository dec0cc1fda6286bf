package vzguard.cli.commands;

import java.util.List;
import vzguard.cli.connect.OperatorClient;
import vzguard.v1.GetRolloutRequest;
import vzguard.v1.RolloutView;
import vzguard.v1.TaskState;

/** A rollout with the tasks that somebody wants to see, however many pages they fill. */
final class RolloutTasks {
    private static final int PAGE = 5000;
    /** More lines than these nobody reads one by one. */
    private static final int READABLE = 200;

    private static final List<TaskState> REMARKABLE = List.of(
            TaskState.TASK_STATE_RUNNING,
            TaskState.TASK_STATE_FAILED,
            TaskState.TASK_STATE_REFUSED,
            TaskState.TASK_STATE_UNREACHABLE);

    private final OperatorClient client;
    private final String rolloutId;

    RolloutTasks(OperatorClient client, String rolloutId) {
        this.client = client;
        this.rolloutId = rolloutId;
    }

    /** All tasks in these states; none: in any. */
    RolloutView all(List<TaskState> states) {
        RolloutView first = page(states, PAGE, "");
        if (first.getNextPageToken().isEmpty()) {
            return first;
        }
        RolloutView.Builder whole = first.toBuilder().clearNextPageToken();
        for (String next = first.getNextPageToken(); !next.isEmpty(); ) {
            RolloutView page = page(states, PAGE, next);
            whole.addAllTasks(page.getTasksList());
            next = page.getNextPageToken();
        }
        return whole.build();
    }

    /** All tasks of a small rollout; of a large one the first of those that run or are not well. */
    RolloutView readable() {
        RolloutView first = page(List.of(), READABLE, "");
        return first.getNextPageToken().isEmpty() ? first : page(REMARKABLE, READABLE, "");
    }

    private RolloutView page(List<TaskState> states, int size, String token) {
        return client.quick()
                .getRollout(GetRolloutRequest.newBuilder()
                        .setRolloutId(rolloutId)
                        .setPageSize(size)
                        .setPageToken(token)
                        .addAllStates(states)
                        .build());
    }
}
