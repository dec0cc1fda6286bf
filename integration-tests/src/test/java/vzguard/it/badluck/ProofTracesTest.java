package vzguard.it.badluck;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.agent.exec.Command;
import vzguard.v1.Job;
import vzguard.v1.JobResult;
import vzguard.v1.ProveJob;
import vzguard.v1.Verdict;

/** What a proof leaves behind: nothing, and one program in the VE takes it away. */
class ProofTracesTest {
    @TempDir
    private Path state;

    @Test
    void itsAddressesLeaveTheListsAndThoseOfOthersStay() {
        BadLuckHost lucky = new BadLuckHost(state);
        lucky.applyToAll("first");
        for (String ctid : List.of("101", "")) {
            for (String list : List.of("SSH", "SSH6")) {
                String other = list.equals("SSH") ? "+203.0.113.7\n" : "+2001:db8:7::\n";
                lucky.host()
                        .run(inPlace(ctid, "tee", "/proc/net/xt_recent/" + list).withStdin(other));
            }
            List<String> writes = new ArrayList<>();
            lucky.host().intercept(command -> {
                if (String.join(" ", command.argv()).contains("$recent/$1")) {
                    writes.add(command.toString());
                }
                return Optional.empty();
            });
            JobResult result = lucky.run(Job.newBuilder()
                    .setJobId("prove " + ctid)
                    .setProve(ProveJob.newBuilder().setCtid(ctid))
                    .build());
            assertThat(result.getProofsList())
                    .hasSize(2)
                    .allSatisfy(proof -> assertThat(proof.getVerdict())
                            .as(proof.getSummary())
                            .isEqualTo(Verdict.VERDICT_PROVEN));
            assertThat(writes).hasSize(ctid.isEmpty() ? 0 : 1);
            assertThat(listed(lucky, ctid, "SSH")).hasSize(1).allMatch(line -> line.contains("203.0.113.7"));
            assertThat(listed(lucky, ctid, "SSH6")).hasSize(1);
        }
    }

    private static List<String> listed(BadLuckHost lucky, String ctid, String list) {
        return lucky.host()
                .run(inPlace(ctid, "cat", "/proc/net/xt_recent/" + list))
                .out()
                .lines()
                .toList();
    }

    private static Command inPlace(String ctid, String... argv) {
        List<String> all = new ArrayList<>(ctid.isEmpty() ? List.of() : List.of("vzctl", "exec3", ctid));
        all.addAll(List.of(argv));
        return Command.of(all);
    }
}
