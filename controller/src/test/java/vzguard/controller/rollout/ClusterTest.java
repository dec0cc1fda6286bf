package vzguard.controller.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterTest {
    @Test
    void fourThousandFailuresReadAsThreeLines() {
        List<TaskRow> rows = new ArrayList<>();
        for (int index = 0; index < 4_000; index++) {
            String ctid = Integer.toString(101 + index % 40);
            TargetRef target = new TargetRef("id" + index / 40, "hn" + index / 40, ctid);
            rows.add(
                    switch (index % 10) {
                        case 0 ->
                            ended(
                                    index,
                                    target,
                                    TaskState.UNREACHABLE,
                                    "host " + target.hostName() + " was away",
                                    "HOST_AWAY");
                        case 1, 2 ->
                            ended(
                                    index,
                                    target,
                                    TaskState.FAILED,
                                    "Invalid argument in line " + index,
                                    "CONNTRACK_OFF");
                        default ->
                            ended(
                                    index,
                                    target,
                                    TaskState.FAILED,
                                    "CT " + ctid + " on " + target.hostName() + " is locked",
                                    "CT_LOCKED");
                    });
        }

        List<Cluster> clusters = Cluster.of(rows);

        assertThat(clusters).extracting(Cluster::count).containsExactly(2_800, 800, 400);
        assertThat(clusters.get(0).summary()).isEqualTo("CT 104 on hn0 is locked");
        assertThat(clusters.get(0).named()).isEqualTo("hn0/104, hn0/105, hn0/106, hn0/107, hn0/108 and 2795 more");
        assertThat(clusters)
                .extracting(Cluster::state)
                .containsExactly(TaskState.FAILED, TaskState.FAILED, TaskState.UNREACHABLE);
    }

    @Test
    void whatIsWellIsInNoneAndOtherWordsOrCausesAreOthers() {
        TargetRef target = new TargetRef("id", "hn1", "101");
        List<TaskRow> rows = List.of(
                ended(0, target, TaskState.DONE, "done"),
                ended(1, target, TaskState.NO_OP, ""),
                TaskRow.pending(2, new Change(target, 0, 1), 0, false),
                ended(3, target, TaskState.FAILED, "no space left", "PROGRAM_FAILED"),
                ended(4, target, TaskState.FAILED, "read-only", "PROGRAM_FAILED"),
                ended(5, target, TaskState.REFUSED, "read-only", "PROGRAM_FAILED"),
                ended(6, target, TaskState.SKIPPED, ""));
        assertThat(Cluster.of(rows))
                .extracting(cluster -> cluster.first().index())
                .containsExactly(3, 4, 5, 6);
    }

    private static TaskRow ended(int index, TargetRef target, TaskState state, String summary, String... causes) {
        return TaskRow.pending(index, new Change(target, 0, 1), 0, false)
                .ended(state, null, Instant.EPOCH, 0, summary, List.of(causes));
    }
}
