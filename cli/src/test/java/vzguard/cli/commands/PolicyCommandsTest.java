package vzguard.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.cli.Call;
import vzguard.cli.Fixtures;
import vzguard.cli.Rollouts;
import vzguard.cli.ScriptedController;
import vzguard.v1.ApplyPolicyReply;
import vzguard.v1.ApplyPolicyRequest;
import vzguard.v1.DeletePolicyReply;
import vzguard.v1.DiffPolicyReply;
import vzguard.v1.GetPolicyRequest;
import vzguard.v1.ListPoliciesReply;
import vzguard.v1.PlanPolicyRequest;
import vzguard.v1.PlanView;
import vzguard.v1.PolicyHistory;

class PolicyCommandsTest {
    private static final String GOOD = """
            apiVersion: vzguard/v1
            kind: Policy
            metadata: {name: ssh-guard}
            spec:
              selector: {hosts: "dc=tokyo", ves: "101-120"}
              sshGuard: {placement: [ve], allow: [192.0.2.0/24]}
            """;
    private static final String BAD = GOOD.replace("placement: [ve]", "placement: [ve], hits: 21, ports: [70000]");

    @TempDir
    Path config = Path.of("");

    private final ScriptedController controller = new ScriptedController();

    @Test
    void applySendsTheTextAndSaysWhatBecameOfIt() {
        ApplyPolicyReply stored = ApplyPolicyReply.newBuilder()
                .setPolicy(Fixtures.policy("ssh-guard", 2))
                .setChanged(true)
                .addWarnings("the allow list is empty")
                .build();
        controller
                .answers("ApplyPolicy", stored)
                .answers("ApplyPolicy", stored.toBuilder().setChanged(false).build());
        String file = file(GOOD);
        Call.Result first = run("policy", "apply", "-f", file);
        assertThat(first.out()).isEqualTo("policy ssh-guard: revision 2 stored (selects 3 hosts, 12 VEs)\n");
        assertThat(first.err()).isEqualTo("warning: the allow list is empty\n");
        assertThat(run("policy", "apply", "-f", file, "--dry-run").out()).contains("no change, revision 2 stays");
        assertThat(controller.requests())
                .containsExactly(
                        ApplyPolicyRequest.newBuilder().setText(GOOD).build(),
                        ApplyPolicyRequest.newBuilder()
                                .setText(GOOD)
                                .setDryRun(true)
                                .build());
    }

    @Test
    void aPolicyComesFromStandardInputToo() {
        controller.answers("DiffPolicy", DiffPolicyReply.getDefaultInstance());
        Call.Result result = Call.to(config, controller).input(GOOD).run("policy", "diff", "-f", "-");
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).isEqualTo("no difference\n");
    }

    @Test
    void allFaultsAreFoundHereAtOnceWithTheirPlace() {
        String file = file(BAD);
        for (String[] command : new String[][] {{"policy", "apply"}, {"policy", "diff"}, {"plan"}}) {
            String[] line = new String[command.length + 2];
            System.arraycopy(command, 0, line, 0, command.length);
            line[command.length] = "-f";
            line[command.length + 1] = file;
            Call.Result result = run(line);
            assertThat(result.exitCode()).isEqualTo(2);
            assertThat(result.err())
                    .contains(file + ":6:37: spec.sshGuard.hits: ")
                    .contains(file + ":6:49: spec.sshGuard.ports[0]: ");
        }
        assertThat(controller.requests()).isEmpty();
    }

    @Test
    void faultsThatOnlyTheControllerFindsGetTheNameOfTheFile() {
        controller.refuses(
                "ApplyPolicy",
                Status.INVALID_ARGUMENT.withDescription("3:12: the name is taken\n5:3 unknown key \"x\""));
        String file = file(GOOD);
        Call.Result result = run("policy", "apply", "-f", file);
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err())
                .isEqualTo("vzguard: " + file + ":3:12: the name is taken\n" + file + ":5:3: unknown key \"x\"\n");
    }

    @Test
    void filesThatAreNoPoliciesAreRefusedUnread() {
        assertThat(run("policy", "apply", "-f", config.resolve("none").toString())
                        .err())
                .contains("no such file");
        assertThat(run("policy", "apply", "-f", file("#".repeat(256 * 1024 + 1)))
                        .err())
                .contains("larger than 256 KiB");
        assertThat(run("policy", "apply", "-f", config.toString()).exitCode()).isEqualTo(2);
        assertThat(controller.requests()).isEmpty();
    }

    @Test
    void listShowAndHistory() {
        controller
                .answers(
                        "ListPolicies",
                        ListPoliciesReply.newBuilder()
                                .addPolicies(Fixtures.policy("ssh-guard", 2))
                                .build())
                .answers("GetPolicy", Fixtures.policy("ssh-guard", 1))
                .answers(
                        "GetPolicyHistory",
                        PolicyHistory.newBuilder()
                                .addRevisions(Fixtures.policy("ssh-guard", 2))
                                .build());
        assertThat(run("policy", "list").out()).contains("dc=tokyo/101-120,205");
        assertThat(run("policy", "show", "ssh-guard", "--revision", "1").out())
                .contains("# ssh-guard, revision 1")
                .contains("kind: Policy");
        assertThat(run("policy", "history", "ssh-guard", "-o", "json").out()).contains("\"revision\": 2");
        assertThat(controller.requests().get(1))
                .isEqualTo(GetPolicyRequest.newBuilder()
                        .setName("ssh-guard")
                        .setRevision(1)
                        .build());
    }

    @Test
    void deleteAsksOnATerminalAndWantsYesInAPipe() {
        controller.answers("DeletePolicy", DeletePolicyReply.getDefaultInstance());
        assertThat(run("policy", "delete", "ssh-guard").exitCode()).isEqualTo(2);
        assertThat(Call.to(config, controller)
                        .onTerminal()
                        .input("no\n")
                        .run("policy", "delete", "ssh-guard")
                        .exitCode())
                .isEqualTo(4);
        assertThat(controller.requests()).isEmpty();
        assertThat(Call.to(config, controller)
                        .onTerminal()
                        .input("yes\n")
                        .run("policy", "delete", "ssh-guard")
                        .exitCode())
                .isZero();
        assertThat(controller.requests()).hasSize(1);
    }

    @Test
    void deleteWatchesTheRemoval() {
        controller
                .answers(
                        "DeletePolicy",
                        DeletePolicyReply.newBuilder()
                                .setRollout(Rollouts.first())
                                .build())
                .answers("WatchRollout", Rollouts.last());
        Call.Result result = run("policy", "delete", "ssh-guard", "--yes");
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.out()).contains("4 targets = 1 done");
    }

    @Test
    void planShowsEveryTargetAndExitsWithSixOnlyWhenAsked() {
        planned(3);
        Call.Result result = run("plan", "--policy", "ssh-guard");
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).endsWith("3 targets: 2 change (1 restart), 1 no change, 0 blocked, 0 unknown\n");
        planned(3);
        assertThat(run("plan", "--policy", "ssh-guard", "--detailed-exitcode").exitCode())
                .isEqualTo(6);
        assertThat(controller.requests())
                .first()
                .isEqualTo(PlanPolicyRequest.newBuilder().setName("ssh-guard").build());
    }

    @Test
    void aPlanThatLacksTargetsIsPartlyDone() {
        planned(4);
        Call.Result result = run("plan", "-f", file(GOOD), "-o", "json");
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.out()).contains("\"targets\": 4").contains("\"changeClass\": \"CHANGE_CLASS_LIVE\"");
    }

    @Test
    void planWantsExactlyOnePolicy() {
        assertThat(run("plan").exitCode()).isEqualTo(2);
        assertThat(run("plan", "-f", "x", "--policy", "y").exitCode()).isEqualTo(2);
    }

    private void planned(int targets) {
        controller.answers(
                "PlanPolicy",
                PlanView.newBuilder()
                        .setTargets(targets)
                        .setPlan(Fixtures.plans().get(0))
                        .build(),
                PlanView.newBuilder()
                        .setTargets(targets)
                        .setPlan(Fixtures.plans().get(1))
                        .build(),
                PlanView.newBuilder()
                        .setTargets(targets)
                        .setPlan(Fixtures.plans().get(3))
                        .build());
    }

    private String file(String text) {
        return Call.to(config, controller).file("policy.yaml", text).toString();
    }

    private Call.Result run(String... arguments) {
        return Call.to(config, controller).run(arguments);
    }
}
