package vzguard.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.util.Durations;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.agent.enrol.Identity;
import vzguard.agent.enrol.IdentityFolder;
import vzguard.agent.enrol.TestAuthority;
import vzguard.v1.AgentMessage;
import vzguard.v1.AgentMessage.BodyCase;
import vzguard.v1.ControllerMessage;
import vzguard.v1.Drain;
import vzguard.v1.HostFacts;
import vzguard.v1.Job;
import vzguard.v1.JobCancel;
import vzguard.v1.JobOffer;
import vzguard.v1.JobProgress;
import vzguard.v1.JobResult;
import vzguard.v1.Need;
import vzguard.v1.ObserveJob;
import vzguard.v1.Outcome;
import vzguard.v1.VeFacts;
import vzguard.v1.VeReport;

/** The link against a real gRPC server, over real mutual TLS on loopback. */
class LinkTest {
    private static Identity controllerIdentity;
    private static Identity agentIdentity;

    @TempDir
    private Path state;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService workers = Executors.newFixedThreadPool(2);
    private final FactsBoard facts = new FactsBoard();
    private final CountingRunner runner = new CountingRunner();
    private final List<AutoCloseable> open = new CopyOnWriteArrayList<>();
    private TestController controller;

    /** Carries out "observe"; a job called "held..." waits until it is let go. */
    private static final class CountingRunner implements JobRunner {
        private final List<String> ran = new CopyOnWriteArrayList<>();
        private final List<String> kept = new CopyOnWriteArrayList<>();
        private final CountDownLatch letGo = new CountDownLatch(1);

        @Override
        public Set<String> verbs() {
            return Set.of("observe");
        }

        @Override
        public JobResult run(Job job, Consumer<JobProgress> progress) {
            ran.add(job.getJobId());
            if (job.getJobId().startsWith("held")) {
                try {
                    letGo.await(60, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return JobResult.newBuilder().setOutcome(Outcome.OUTCOME_DONE).build();
        }

        @Override
        public void resultKept(String jobId) {
            kept.add(jobId);
        }
    }

    @BeforeAll
    static void certificates() {
        TestAuthority authority = new TestAuthority();
        controllerIdentity = authority.identity("ip:127.0.0.1");
        agentIdentity = authority.identity("uri:vzguard://agent/6f1f6c0e-0000-4000-8000-000000000001");
    }

    @BeforeEach
    void start() throws IOException {
        new IdentityFolder(state).store(agentIdentity);
        controller = new TestController(controllerIdentity).listen(0);
    }

    @AfterEach
    void stop() throws Exception {
        runner.letGo.countDown();
        for (AutoCloseable one : open) {
            one.close();
        }
        controller.close();
        timer.shutdownNow();
        workers.shutdownNow();
    }

    @Test
    void helloComesFirstAndSequencesHaveNoGap() throws IOException {
        link();
        await(this::connected);
        facts.swept(sections("101", "102"));
        await(() -> !last().of(BodyCase.VES).isEmpty());

        List<AgentMessage> received = last().received();
        assertThat(received.get(0).getHello().getVerbsList()).containsExactly("observe");
        assertThat(received.get(0).getHello().getStreamEpoch()).isEqualTo(1);
        assertThat(received).extracting(AgentMessage::getSequence).containsExactlyElementsOf(oneTo(received.size()));
        assertThat(last().of(BodyCase.VES).get(0).getVes().getComplete()).isTrue();
        assertThat(last().of(BodyCase.VES).get(0).getVes().getChangedList())
                .extracting(VeFacts::getCtid)
                .containsExactly("101", "102");
    }

    @Test
    void onlyWhatChangedIsSent() throws IOException {
        facts.swept(sections("101", "102"));
        link();
        await(this::connected);
        facts.swept(sections("101", "103"));
        // What is gone may follow in a report of its own.
        await(() -> reports().anyMatch(report -> report.getGoneCount() > 0));

        assertThat(last().of(BodyCase.HOST)).isEmpty();
        assertThat(reports()).noneMatch(VeReport::getComplete);
        assertThat(reports().flatMap(report -> report.getChangedList().stream()))
                .extracting(VeFacts::getCtid)
                .containsExactly("103");
        assertThat(reports().flatMap(report -> report.getGoneList().stream())).containsExactly("102");
    }

    private Stream<VeReport> reports() {
        return last().of(BodyCase.VES).stream().map(AgentMessage::getVes);
    }

    @Test
    void theControllerGetsTheSectionsItNeeds() throws IOException {
        facts.swept(sections("101", "102"));
        link();
        await(this::connected);
        last().send(ControllerMessage.newBuilder()
                .setNeed(Need.newBuilder().addSections("host").addSections("ve/102")));
        await(() ->
                !last().of(BodyCase.VES).isEmpty() && !last().of(BodyCase.HOST).isEmpty());

        assertThat(last().of(BodyCase.VES).get(0).getVes().getChangedList())
                .extracting(VeFacts::getCtid)
                .containsExactly("102");
    }

    @Test
    void aJobIsReceiptedThenRunThenReported() throws IOException {
        link();
        await(this::connected);
        last().offer(offer("job-1", 7));
        await(() -> !last().of(BodyCase.JOB_RESULT).isEmpty());

        List<BodyCase> kinds =
                last().received().stream().map(AgentMessage::getBodyCase).toList();
        assertThat(kinds).containsExactly(BodyCase.HELLO, BodyCase.JOB_RECEIPT, BodyCase.JOB_RESULT);
        assertThat(last().received().get(1).getJobReceipt().getNonce()).isEqualTo(7);
        assertThat(last().received().get(2).getJobResult().getJobId()).isEqualTo("job-1");
        assertThat(runner.kept).containsExactly("job-1");
    }

    @Test
    void aResultIsSentAgainOnEachStreamUntilItIsAcknowledged() throws IOException {
        link();
        await(this::connected);
        last().offer(offer("job-1", 1));
        await(() -> !last().of(BodyCase.JOB_RESULT).isEmpty());

        breakStream();
        await(() -> !last().of(BodyCase.JOB_RESULT).isEmpty());
        assertThat(last().received().get(0).getHello().getHeldJobsList()).containsExactly("job-1");
        assertThat(last().received().get(0).getHello().getStreamEpoch()).isEqualTo(2);

        last().acknowledge("job-1");
        last().offer(offer("job-2", 2));
        await(() -> !last().of(BodyCase.JOB_RESULT).stream()
                .filter(message -> message.getJobResult().getJobId().equals("job-2"))
                .toList()
                .isEmpty());
        breakStream();
        await(() -> !last().of(BodyCase.JOB_RESULT).isEmpty());
        assertThat(last().received().get(0).getHello().getHeldJobsList()).containsExactly("job-2");
        assertThat(runner.ran).containsExactly("job-1", "job-2");
    }

    @Test
    void aJobOfferedTwiceRunsOnce() throws IOException {
        link();
        await(this::connected);
        last().offer(offer("job-1", 1));
        await(() -> last().of(BodyCase.JOB_RESULT).size() == 1);
        last().acknowledge("job-1");
        last().offer(offer("job-1", 2));
        await(() -> last().of(BodyCase.JOB_RESULT).size() == 2);

        assertThat(last().of(BodyCase.JOB_RECEIPT)).hasSize(2);
        assertThat(runner.ran).containsExactly("job-1");
    }

    @Test
    void aJobThatWasOpenWhenTheAgentDiedIsCarriedOutAfterItsStart() throws IOException {
        new JobBook(state).take(offer("job-9", 1).getJob());
        link();
        await(() -> connected() && !last().of(BodyCase.JOB_RESULT).isEmpty());

        assertThat(last().of(BodyCase.JOB_RESULT).get(0).getJobResult().getJobId())
                .isEqualTo("job-9");
    }

    @Test
    void aVerbOfTheFutureIsRefusedByItsNumber() throws IOException {
        link();
        await(this::connected);
        Job job = Job.newBuilder()
                .setJobId("job-1")
                .setDeadline(Durations.fromSeconds(60))
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                23,
                                UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                        .build())
                .build();
        last().offer(JobOffer.newBuilder().setNonce(1).setJob(job).build());
        await(() -> !last().of(BodyCase.REFUSAL).isEmpty());

        assertThat(last().of(BodyCase.REFUSAL).get(0).getRefusal().getWhat()).isEqualTo("field 23");
        assertThat(last().of(BodyCase.REFUSAL).get(0).getRefusal().getJobId()).isEqualTo("job-1");
        assertThat(last().of(BodyCase.JOB_RECEIPT)).isEmpty();
    }

    @Test
    void aJobThatSaysMoreThanThisVersionKnowsIsRefusedByNameAndNotCarriedOutWithoutIt() throws IOException {
        link();
        await(this::connected);
        UnknownFieldSet newer = UnknownFieldSet.newBuilder()
                .addField(23, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build();
        last().offer(JobOffer.newBuilder()
                .setJob(Job.newBuilder()
                        .setJobId("job-1")
                        .setDeadline(Durations.fromSeconds(60))
                        .setObserve(ObserveJob.newBuilder().setUnknownFields(newer)))
                .build());
        last().offer(JobOffer.newBuilder()
                .setUnknownFields(newer)
                .setJob(Job.newBuilder()
                        .setJobId("job-2")
                        .setDeadline(Durations.fromSeconds(60))
                        .setObserve(ObserveJob.getDefaultInstance()))
                .build());
        await(() -> last().of(BodyCase.REFUSAL).size() == 2);

        assertThat(last().of(BodyCase.REFUSAL))
                .extracting(message -> message.getRefusal().getWhat())
                .containsExactly("job.observe.field 23", "field 23");
        assertThat(runner.ran).isEmpty();
        assertThat(last().of(BodyCase.JOB_RECEIPT)).isEmpty();
    }

    @Test
    void aMessageOfAKindOfTheFutureIsRefusedByItsNumberAndTheStreamGoesOn() throws IOException {
        link();
        await(this::connected);
        last().send(ControllerMessage.newBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                55,
                                UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                        .build()));
        await(() -> !last().of(BodyCase.REFUSAL).isEmpty());

        assertThat(last().of(BodyCase.REFUSAL).get(0).getRefusal().getWhat()).isEqualTo("fields [55]");
        assertThat(controller.streams()).hasSize(1);
    }

    @Test
    void aVerbThatThisAgentDoesNotHaveAndABadDeadlineAreRefusedByName() throws IOException {
        link();
        await(this::connected);
        last().offer(JobOffer.newBuilder()
                .setJob(Job.newBuilder()
                        .setJobId("job-1")
                        .setDeadline(Durations.fromSeconds(60))
                        .setBans(vzguard.v1.BansJob.getDefaultInstance()))
                .build());
        last().offer(JobOffer.newBuilder()
                .setJob(Job.newBuilder().setJobId("job-2").setObserve(ObserveJob.getDefaultInstance()))
                .build());
        await(() -> last().of(BodyCase.REFUSAL).size() == 2);

        assertThat(last().of(BodyCase.REFUSAL))
                .extracting(message -> message.getRefusal().getWhat())
                .containsExactly("bans", "deadline");
        assertThat(runner.ran).isEmpty();
    }

    @Test
    void aCancelledJobThatHasNotStartedEndsRefused() throws IOException {
        link();
        await(this::connected);
        last().offer(offer("held-1", 1));
        last().offer(offer("held-2", 1));
        await(() -> runner.ran.size() == 2);
        last().offer(offer("job-3", 1));
        last().send(ControllerMessage.newBuilder()
                .setJobCancel(JobCancel.newBuilder().setJobId("job-3")));
        last().send(ControllerMessage.newBuilder()
                .setJobCancel(JobCancel.newBuilder().setJobId("held-1")));
        await(() -> !last().of(BodyCase.JOB_RESULT).isEmpty());
        runner.letGo.countDown();
        await(() -> last().of(BodyCase.JOB_RESULT).size() == 3);

        JobResult first = last().of(BodyCase.JOB_RESULT).get(0).getJobResult();
        assertThat(first.getJobId()).isEqualTo("job-3");
        assertThat(first.getOutcome()).isEqualTo(Outcome.OUTCOME_REFUSED);
        assertThat(runner.ran).containsExactlyInAnyOrder("held-1", "held-2");
    }

    @Test
    void theControllerMayBeGoneForAWhile() throws Exception {
        Link link = link();
        await(this::connected);
        int port = controller.port();
        last().offer(offer("held-1", 1));
        await(() -> !runner.ran.isEmpty());
        controller.close();
        await(() -> !link.isConnected());
        runner.letGo.countDown();
        controller = new TestController(controllerIdentity).listen(port);
        await(() -> connected() && !last().of(BodyCase.JOB_RESULT).isEmpty());

        assertThat(last().of(BodyCase.JOB_RESULT).get(0).getJobResult().getJobId())
                .isEqualTo("held-1");
    }

    @Test
    void aDrainedAgentComesBackWithinTheWindow() throws IOException {
        link();
        await(this::connected);
        last().send(ControllerMessage.newBuilder()
                .setDrain(Drain.newBuilder().setReconnectWithin(Durations.fromMillis(50))));
        await(() -> controller.streams().size() == 2);
    }

    @Test
    void anAgentThatIsNotAcceptedDoesNotHammer() throws IOException {
        controller.refuse(Status.PERMISSION_DENIED);
        Link link = link();
        await(() -> controller.streams().size() == 1 && !link.isConnected());

        assertThat(Reaction.to(Status.Code.PERMISSION_DENIED).atLeast()).isEqualTo(Duration.ofHours(1));
        assertThat(controller.streams()).hasSize(1);
    }

    @Test
    void ofSeveralControllersTheOneThatActsIsFound() throws Exception {
        TestController standby = new TestController(controllerIdentity).listen(0);
        open.add(standby);
        standby.refuse(Status.UNAVAILABLE.withDescription("this controller stands by"));
        Link link = link("127.0.0.1:1", "127.0.0.1:" + standby.port(), "127.0.0.1:" + controller.port());

        await(link::isConnected);

        assertThat(standby.streams()).hasSize(1);
        assertThat(controller.streams()).hasSize(1);
    }

    private Link link() throws IOException {
        return link("127.0.0.1:" + controller.port());
    }

    private Link link(String... controllers) throws IOException {
        JobDesk desk = new JobDesk(new JobBook(state), runner, workers, Clock.systemUTC());
        desk.resume();
        Link link = new Link(
                new LinkSettings(List.of(controllers), "hn1", Map.of(), state, "test", "boot"),
                new TlsDialer(state),
                desk,
                facts,
                welcome -> {},
                timer,
                Clock.systemUTC(),
                new Random(1));
        open.add(link);
        link.start();
        return link;
    }

    private boolean connected() {
        return !controller.streams().isEmpty();
    }

    private TestController.Stream last() {
        return controller.last();
    }

    private void breakStream() {
        int before = controller.streams().size();
        last().end(Status.UNAVAILABLE.withDescription("cut by the test"));
        await(() -> controller.streams().size() > before);
    }

    private static Sections sections(String... ctids) {
        TreeMap<String, VeFacts> ves = new TreeMap<>();
        for (String ctid : ctids) {
            ves.put(ctid, VeFacts.newBuilder().setCtid(ctid).build());
        }
        return new Sections(HostFacts.newBuilder().setName("hn1").build(), ves);
    }

    private static JobOffer offer(String id, long nonce) {
        return JobOffer.newBuilder()
                .setNonce(nonce)
                .setJob(Job.newBuilder()
                        .setJobId(id)
                        .setDeadline(Durations.fromSeconds(60))
                        .setObserve(ObserveJob.getDefaultInstance()))
                .build();
    }

    private static List<Long> oneTo(int last) {
        return java.util.stream.LongStream.rangeClosed(1, last).boxed().toList();
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
