package vzguard.controller.testing;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import vzguard.v1.AgentMessage;
import vzguard.v1.ControllerMessage;
import vzguard.v1.FleetGrpc;
import vzguard.v1.Hello;
import vzguard.v1.Job;
import vzguard.v1.JobReceipt;
import vzguard.v1.JobResult;
import vzguard.v1.Refusal;
import vzguard.v1.VeReport;

/**
 * An agent without a host: speaks the real protocol over real mutual TLS, keeps its promises (a job runs once, its result
 * is kept until acknowledged and offered on every new stream), and does to a {@link ScriptedHost} what jobs ask. Comes back
 * by itself, like the real one.
 */
public final class ScriptedAgent implements AutoCloseable {
    private static final long RECONNECT_MILLIS = 50;

    private final Client client;
    private final IntSupplier port;
    private final ScriptedHost host;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final List<Status> ends = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, JobResult> unacknowledged = new LinkedHashMap<>();
    private final Map<String, Job> held = new LinkedHashMap<>();
    private volatile Optional<Job.VerbCase> unknownVerb = Optional.empty();
    private volatile long epoch;
    private volatile boolean answering = true;
    private volatile boolean wanted;
    private @Nullable ManagedChannel channel;
    private int channelPort;
    private @Nullable StreamObserver<AgentMessage> stream;
    private long sequence;

    public ScriptedAgent(Client client, String name, IntSupplier port, List<String> ctids) {
        this.client = client;
        this.port = port;
        this.host = new ScriptedHost(name, ctids);
    }

    public ScriptedHost host() {
        return host;
    }

    public Client client() {
        return client;
    }

    /** How its streams ended, oldest first. */
    public List<Status> ends() {
        return List.copyOf(ends);
    }

    public ScriptedAgent connect() {
        wanted = true;
        thread.execute(this::open);
        return this;
    }

    public void disconnect() {
        wanted = false;
        thread.execute(() -> {
            if (channel != null) {
                channel.shutdownNow();
            }
        });
    }

    /** The next stream says this epoch; for clones. */
    public void setEpoch(long next) {
        epoch = next - 1;
    }

    /** An agent of an older version: it refuses this verb by name. */
    public void forgetVerb(Job.VerbCase verb) {
        unknownVerb = Optional.of(verb);
    }

    /** Jobs that come are held, but not done. */
    public void holdAnswers() {
        answering = false;
    }

    public void releaseAnswers() {
        thread.execute(() -> {
            answering = true;
            List<Job> waiting = List.copyOf(held.values());
            waiting.forEach(this::carryOut);
        });
    }

    /** Reports its VEs as they are now. */
    public void report() {
        thread.execute(() -> send(AgentMessage.newBuilder()
                .setVes(VeReport.newBuilder().setComplete(true).addAllChanged(host.ves()))));
    }

    private void open() {
        if (!wanted || stream != null) {
            return;
        }
        int wantedPort = port.getAsInt();
        if (channel == null || channel.isShutdown() || channelPort != wantedPort) {
            if (channel != null) {
                channel.shutdownNow();
            }
            channel = client.channel(wantedPort);
            channelPort = wantedPort;
        } else {
            // Its own pace is a script's to decide. Another channel for each attempt would do, and load a machine on
            // which a
            // controller starts.
            channel.resetConnectBackoff();
        }
        epoch++;
        sequence = 0;
        Connection connection = new Connection();
        stream = FleetGrpc.newStub(channel).connect(connection);
        connection.own = stream;
        List<String> jobs = new ArrayList<>(held.keySet());
        jobs.addAll(unacknowledged.keySet());
        send(AgentMessage.newBuilder()
                .setHello(Hello.newBuilder()
                        .setProtocol(1)
                        .setAgentVersion("scripted")
                        .setHostName(host.name())
                        .setBootId("boot")
                        .setStreamEpoch(epoch)
                        .putLabels("dc", "tokyo")
                        .addAllSections(host.sections())
                        .addAllHeldJobs(jobs)));
        List.copyOf(unacknowledged.values())
                .forEach(result -> send(AgentMessage.newBuilder().setJobResult(result)));
    }

    private void send(AgentMessage.Builder message) {
        if (stream != null) {
            sequence++;
            stream.onNext(message.setSequence(sequence).build());
        }
    }

    private void receive(ControllerMessage message) {
        switch (message.getBodyCase()) {
            case NEED -> {
                send(AgentMessage.newBuilder().setHost(host.facts()));
                send(AgentMessage.newBuilder()
                        .setVes(VeReport.newBuilder().setComplete(true).addAllChanged(host.ves())));
            }
            case JOB_OFFER -> {
                Job job = message.getJobOffer().getJob();
                if (unknownVerb.filter(verb -> verb == job.getVerbCase()).isPresent()) {
                    send(AgentMessage.newBuilder()
                            .setRefusal(Refusal.newBuilder()
                                    .setJobId(job.getJobId())
                                    .setWhat(job.getVerbCase().name().toLowerCase(Locale.ROOT))
                                    .setReason("this agent does not know it; it knows observe, plan")));
                    return;
                }
                send(AgentMessage.newBuilder()
                        .setJobReceipt(JobReceipt.newBuilder()
                                .setJobId(job.getJobId())
                                .setNonce(message.getJobOffer().getNonce())));
                JobResult known = unacknowledged.get(job.getJobId());
                if (known != null) {
                    send(AgentMessage.newBuilder().setJobResult(known));
                } else if (held.putIfAbsent(job.getJobId(), job) == null && answering) {
                    carryOut(job);
                }
            }
            case RESULT_ACK -> unacknowledged.remove(message.getResultAck().getJobId());
            case JOB_CANCEL, WELCOME, DRAIN, BODY_NOT_SET -> {
                // Nothing that a script has to follow.
            }
        }
    }

    /** Work takes the host's time, so that whatever happens meanwhile meets running jobs. */
    private void carryOut(Job job) {
        thread.schedule(() -> finish(job), host.millisPerJob(), TimeUnit.MILLISECONDS);
    }

    private void finish(Job job) {
        JobResult result = host.carryOut(job);
        held.remove(job.getJobId());
        unacknowledged.put(job.getJobId(), result);
        send(AgentMessage.newBuilder().setJobResult(result));
    }

    /** Sends a result that was acknowledged long ago once more. */
    public void repeat(JobResult result) {
        thread.execute(() -> send(AgentMessage.newBuilder().setJobResult(result)));
    }

    @Override
    public void close() {
        wanted = false;
        thread.execute(() -> {
            if (channel != null) {
                channel.shutdownNow();
            }
        });
        thread.shutdown();
    }

    /** The controller's side of one stream; everything is done on the agent's thread. */
    private final class Connection implements StreamObserver<ControllerMessage> {
        private volatile @Nullable StreamObserver<AgentMessage> own;

        @Override
        public void onNext(ControllerMessage message) {
            run(() -> {
                if (stream == own) {
                    receive(message);
                }
            });
        }

        @Override
        public void onError(Throwable failure) {
            ended(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            ended(Status.OK);
        }

        private void ended(Status status) {
            ends.add(status);
            run(() -> {
                if (stream == own) {
                    stream = null;
                    if (wanted) {
                        thread.schedule(ScriptedAgent.this::open, RECONNECT_MILLIS, TimeUnit.MILLISECONDS);
                    }
                }
            });
        }

        private void run(Runnable action) {
            if (!thread.isShutdown()) {
                thread.execute(action);
            }
        }
    }
}
