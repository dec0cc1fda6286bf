package vzguard.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.util.Durations;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.agent.enrol.IdentityFolder;
import vzguard.agent.enrol.TestAuthority;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.link.TestController;
import vzguard.v1.AgentMessage.BodyCase;
import vzguard.v1.ApplyJob;
import vzguard.v1.ControllerMessage;
import vzguard.v1.DiagnoseJob;
import vzguard.v1.Job;
import vzguard.v1.JobOffer;
import vzguard.v1.JobResult;
import vzguard.v1.Need;
import vzguard.v1.Outcome;
import vzguard.v1.ProveJob;

/** A whole agent on a host that is no OpenVZ host: no program starts, there is hardly a file. */
class AgentTest {
    @TempDir
    private Path folder;

    private TestController controller;
    private AgentSettings settings;

    @BeforeEach
    void start() throws IOException {
        TestAuthority authority = new TestAuthority();
        controller = new TestController(authority.identity("ip:127.0.0.1")).listen(0);
        Path state = folder.resolve("state");
        new IdentityFolder(state).store(authority.identity("uri:vzguard://agent/6f1f6c0e-0000-4000-8000-000000000001"));
        settings = new AgentSettings(
                "hn1",
                Map.of("dc", "tokyo"),
                Optional.of("127.0.0.1:" + controller.port()),
                state,
                Duration.ofSeconds(60),
                List.of(),
                Optional.empty());
    }

    @AfterEach
    void stop() throws InterruptedException {
        controller.close();
    }

    @Test
    void itReportsWhatItSeesAndAnswersEveryJobWithAResult() throws IOException {
        try (Agent agent = startAgent()) {
            await(agent::isConnected);
            last().send(ControllerMessage.newBuilder().setNeed(Need.newBuilder().addSections("*")));
            await(() -> !last().of(BodyCase.HOST).isEmpty());
            assertThat(last().received().get(0).getHello().getLabelsMap()).containsEntry("dc", "tokyo");
            assertThat(last().of(BodyCase.HOST).get(0).getHost().getName()).isEqualTo("hn1");
            assertThat(last().of(BodyCase.HOST).get(0).getHost().getProblemsList())
                    .isNotEmpty();

            offer(Job.newBuilder().setDiagnose(DiagnoseJob.newBuilder().setCtid("101")), "diagnose");
            offer(Job.newBuilder().setProve(ProveJob.newBuilder().setCtid("101")), "prove");
            offer(Job.newBuilder().setApply(ApplyJob.newBuilder().setCtid("101; rm")), "apply");
            await(() -> last().of(BodyCase.JOB_RESULT).size() == 3);
        }

        assertThat(result("diagnose").getDiagnosis().getCausesList())
                .extracting(vzguard.v1.Cause::getCode)
                .containsExactly("VE_STATE_UNKNOWN");
        assertThat(result("diagnose").getDiagnosis().getTarget().getHostId())
                .isEqualTo("6f1f6c0e-0000-4000-8000-000000000001");
        assertThat(result("prove").getOutcome()).isEqualTo(Outcome.OUTCOME_REFUSED);
        assertThat(result("prove").getSummary()).contains("VE 101");
        assertThat(result("apply").getOutcome()).isEqualTo(Outcome.OUTCOME_REFUSED);
    }

    @Test
    void oneStateDirectoryServesOneAgent() throws IOException {
        try (Agent agent = startAgent()) {
            assertThatThrownBy(this::startAgent)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another agent uses " + settings.stateDirectory());
            assertThat(agent).isNotNull();
        }
        startAgent().close();
    }

    private Agent startAgent() throws IOException {
        CommandRunner nothing = command -> CommandResult.notStarted("no such program");
        return Agent.start(settings, nothing, new HostFiles(folder.resolve("root")), Clock.systemUTC());
    }

    private void offer(Job.Builder job, String id) {
        last().offer(JobOffer.newBuilder()
                .setNonce(1)
                .setJob(job.setJobId(id).setDeadline(Durations.fromSeconds(60)))
                .build());
    }

    private JobResult result(String id) {
        List<JobResult> results = last().of(BodyCase.JOB_RESULT).stream()
                .map(message -> message.getJobResult())
                .filter(result -> result.getJobId().equals(id))
                .toList();
        assertThat(results).hasSize(1);
        return results.get(0);
    }

    private TestController.Stream last() {
        return controller.last();
    }

    private static void await(BooleanSupplier condition) {
        Instant latest = Instant.now().plusSeconds(60);
        while (!condition.getAsBoolean()) {
            assertThat(Instant.now())
                    .as("the condition did not come true within 60 s")
                    .isBefore(latest);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
