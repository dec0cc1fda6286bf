package vzguard.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import vzguard.cli.Call;
import vzguard.cli.Fixtures;
import vzguard.cli.ScriptedController;
import vzguard.cli.connect.Contexts;
import vzguard.v1.AuditEntry;
import vzguard.v1.CreateTokenReply;
import vzguard.v1.CreateTokenRequest;
import vzguard.v1.DiagnoseRequest;
import vzguard.v1.Diagnosis;
import vzguard.v1.ListAuditReply;
import vzguard.v1.ListTokensReply;
import vzguard.v1.ProveReply;
import vzguard.v1.ProveRequest;
import vzguard.v1.TokenRole;
import vzguard.v1.WhyReply;

class OtherCommandsTest {
    @TempDir
    Path config = Path.of("");

    private final ScriptedController controller = new ScriptedController();

    @Test
    void aDiagnosisWithACauseExitsWithOne() {
        controller
                .answers("Diagnose", Fixtures.diagnosis())
                .answers(
                        "Diagnose",
                        Diagnosis.newBuilder()
                                .setTarget(Fixtures.target("hn1", ""))
                                .build());
        Call.Result found = run("diagnose", "hn1/101");
        assertThat(found.exitCode()).isEqualTo(1);
        assertThat(found.out())
                .contains("NOT_SHARED")
                .contains("    iptables: No chain/target/match by that name.\n")
                .contains("needed: the cure restarts the VE");
        Call.Result well = run("diagnose", "hn1");
        assertThat(well.exitCode()).isZero();
        assertThat(well.out()).isEqualTo("hn1: nothing is wrong\n");
        assertThat(controller.requests())
                .containsExactly(
                        DiagnoseRequest.newBuilder()
                                .setHost("hn1")
                                .setCtid("101")
                                .build(),
                        DiagnoseRequest.newBuilder().setHost("hn1").build());
    }

    @Test
    void onlyProofsThatAllHoldExitWithZero() {
        controller
                .answers("Prove", proofs(true, true))
                .answers("Prove", proofs(true, false))
                .answers("Prove", ProveReply.getDefaultInstance());
        assertThat(run("prove", "hn1/101").exitCode()).isZero();
        Call.Result failed = run("prove", "hn1/101");
        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.out()).contains("failed: connection 3 was answered");
        assertThat(run("prove", "hn1/101").exitCode()).isEqualTo(1);
        assertThat(controller.requests().get(0))
                .isEqualTo(
                        ProveRequest.newBuilder().setHost("hn1").setCtid("101").build());
    }

    @Test
    void manyGuardsAreProvenAtOnceAndARefusalHidesNone() {
        controller
                .answers("Prove", proofs(true, true))
                .refuses("Prove", Status.UNAVAILABLE.withDescription("host hn2 is not connected"));
        Call.Result result = run("prove", "hn1/101", "hn2");
        assertThat(result.exitCode()).isEqualTo(5);
        assertThat(result.out()).contains("2 proofs: 2 proven");
        assertThat(result.err()).contains("vzguard: hn2: unreachable: host hn2 is not connected");
        assertThat(run("prove", "hn1/101", "hn1/0").err()).contains("\"hn1/0\" is no target");
    }

    @Test
    void proofsOfManyAreOneDocument() {
        controller.answers("Prove", proofs(true, true));
        String out = run("prove", "hn1/101", "hn1/102", "-o", "json").out();
        assertThat(out).containsOnlyOnce("\"proofs\"").contains("\"ctid\"");
    }

    private static ProveReply proofs(boolean first, boolean second) {
        return ProveReply.newBuilder()
                .addProofs(Fixtures.proof(Fixtures.target("hn1", "101"), first))
                .addProofs(Fixtures.proof(Fixtures.target("hn1", "101"), second))
                .build();
    }

    @Test
    void whyPrintsItsLines() {
        controller.answers(
                "Why",
                WhyReply.newBuilder().addLines("r3 waits").addLines("akiko").build());
        assertThat(run("why", "r3").out()).isEqualTo("r3 waits\nakiko\n");
    }

    /** A controller that is older than this program. */
    @ParameterizedTest
    @ValueSource(strings = {"audit", "audit -o json"})
    void whatAControllerDoesNotKnowIsRefusedByName(String line) {
        Call.Result result = run(line.split(" "));
        assertThat(result.exitCode()).isEqualTo(4);
        assertThat(result.err())
                .startsWith("vzguard: refused: not supported yet: ")
                .contains("is not implemented");
        assertThat(result.out()).isEmpty();
    }

    @Test
    void theAuditTellsWhoDidWhat() {
        controller.answers(
                "ListAudit",
                ListAuditReply.newBuilder()
                        .addEntries(AuditEntry.newBuilder()
                                .setNumber(7)
                                .setAt(Fixtures.ago(60))
                                .setActor("operator/akiko")
                                .setAction("StartRollout")
                                .setDetail("rollout r3, policy ssh-guard revision 2, 12 targets"))
                        .build());
        assertThat(run("audit", "-o", "wide").out())
                .contains("operator/akiko  StartRollout  rollout r3, policy ssh-guard revision 2, 12 targets");
        assertThat(run("audit", "--last", "0").exitCode()).isEqualTo(2);
        assertThat(run("audit", "--last", "5001").err()).contains("permitted: 1-5000");
    }

    @Test
    void aTokenIsTheOnlyThingOnStandardOutput() {
        controller.answers(
                "CreateToken",
                CreateTokenReply.newBuilder()
                        .setToken("vzg1.a.b.c")
                        .setExpiresAt(Fixtures.ago(-3600))
                        .build());
        Call.Result result = run("token", "create", "--role", "agent", "--uses", "3", "--ttl", "2h");
        assertThat(result.out()).isEqualTo("vzg1.a.b.c\n");
        assertThat(result.err()).contains("expires in 60m");
        assertThat(controller.request())
                .isEqualTo(CreateTokenRequest.newBuilder()
                        .setRole(TokenRole.TOKEN_ROLE_AGENT)
                        .setUses(3)
                        .setTtlSeconds(7200)
                        .build());
    }

    @ParameterizedTest
    @CsvSource({"--ttl,59s", "--ttl,8d", "--ttl,1", "--ttl,9999999d", "--uses,0", "--uses,10001", "--role,root"})
    void tokensHaveLimits(String option, String value) {
        assertThat(run("token", "create", "--role", "agent", option, value).exitCode())
                .isEqualTo(2);
        assertThat(controller.requests()).isEmpty();
    }

    @Test
    void tokensAreListed() {
        controller.answers("ListTokens", ListTokensReply.getDefaultInstance());
        assertThat(run("token", "list").out()).isEqualTo("TOKEN  ROLE  USES LEFT  EXPIRES\n");
    }

    @Test
    void contextsAreListedAndChosen() {
        Call call = Call.to(config, controller);
        new Contexts(config).save("other", "[::1]:7443", "ca", "certificate", "key");
        assertThat(call.run("context", "list").out()).isEqualTo("""
                        CURRENT  CONTEXT  ADDRESS
                        *        other    [::1]:7443
                                 test     controller.example:7443
                        """);
        assertThat(call.run("context", "use", "test").exitCode()).isZero();
        assertThat(new Contexts(config).current()).contains("test");
        assertThat(call.run("context", "use", "none").exitCode()).isEqualTo(2);
        assertThat(call.run("status", "--context", "none").err()).contains("there are: other, test");
        assertThat(call.environment("VZGUARD_CONTEXT", "nowhere").run("status").exitCode())
                .isEqualTo(2);
    }

    @Test
    void aControllerThatDoesNotAnswerExitsWithFive() {
        controller.refuses("GetStatus", Status.UNAVAILABLE.withDescription("host hn1 is not connected"));
        Call.Result result = run("status");
        assertThat(result.exitCode()).isEqualTo(5);
        assertThat(result.err()).isEqualTo("vzguard: unreachable: host hn1 is not connected\n");
    }

    @Test
    void aWrongLineSaysWhatIsPermittedAndExitsWithTwo() {
        assertThat(run().exitCode()).isEqualTo(2);
        assertThat(run().err()).contains("Usage: vzguard").contains("Exit codes:");
        assertThat(run("hosts", "shw").err()).contains("hosts show").contains("next: vzguard hosts --help");
        assertThat(run("ves", "-o", "xml").err()).contains("WIDE");
    }

    @Test
    void helpVersionAndCompletionNeedNoController() {
        assertThat(run("--help").out()).contains("rollout").contains("Exit codes:");
        assertThat(run("rollout", "start", "--help").out()).contains("--[no-]watch");
        assertThat(run("version").out()).startsWith("vzguard ");
        assertThat(run("version", "-o", "json").out()).contains("\"version\": ");
        assertThat(run("completion").out()).startsWith("#!/usr/bin/env bash").contains("rollback");
        assertThat(controller.requests()).isEmpty();
    }

    private Call.Result run(String... arguments) {
        return Call.to(config, controller).run(arguments);
    }
}
