package vzguard.agent.link;

import com.google.protobuf.util.Durations;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.Optional;
import vzguard.v1.AgentMessage;
import vzguard.v1.ControllerMessage;
import vzguard.v1.Hello;
import vzguard.v1.Refusal;
import vzguard.v1.Welcome;

/**
 * One stream, from Hello to its end. It alone touches the call: everybody else puts into the {@link Outbox}, and what is
 * there is sent while the transport takes it.
 *
 * <p>The lock of this object guards the call; no other lock is taken under it but the outbox's.
 */
final class AgentSession implements ClientResponseObserver<AgentMessage, ControllerMessage> {
    /** The protocol this agent speaks. */
    static final int PROTOCOL = 1;

    private final Outbox outbox = new Outbox(this::drain);
    private final JobDesk desk;
    private final FactsBoard facts;
    private final Events events;
    private Optional<ClientCallStreamObserver<AgentMessage>> call = Optional.empty();
    private Optional<Duration> drainWindow = Optional.empty();
    private long sequence;
    private boolean welcomed;
    private boolean ended;

    /** What the session tells its owner. Called without any lock. */
    interface Events {
        void welcomed(Welcome welcome);

        /**
         * The stream is over; called once.
         *
         * @param window within which the controller wants this agent back, if it said
         */
        void ended(AgentSession session, Status status, Optional<Duration> window);
    }

    AgentSession(JobDesk desk, FactsBoard facts, Events events) {
        this.desk = desk;
        this.facts = facts;
        this.events = events;
    }

    @Override
    public synchronized void beforeStart(ClientCallStreamObserver<AgentMessage> started) {
        call = Optional.of(started);
        started.setOnReadyHandler(this::drain);
    }

    /**
     * Sends Hello; the rest follows after Welcome. Call once, after the call was started.
     *
     * @param hello without what only the moment knows: sections and held jobs
     */
    void begin(Hello hello) {
        desk.attach(outbox);
        Hello whole = hello.toBuilder()
                .addAllVerbs(desk.verbs())
                .addAllHeldJobs(desk.held())
                .addAllSections(facts.attach(outbox))
                .build();
        synchronized (this) {
            send(AgentMessage.newBuilder().setHello(whole));
        }
    }

    /** Sends what waits, as long as the transport takes it. Called after each change of the outbox. */
    synchronized void drain() {
        while (welcomed && !ended && call.isPresent() && call.get().isReady()) {
            Optional<AgentMessage.Builder> next = outbox.next();
            if (next.isEmpty()) {
                return;
            }
            send(next.get());
        }
    }

    /** Ends the stream from this side. */
    synchronized void cancel(String why) {
        ended = true;
        call.ifPresent(open -> open.cancel(why, null));
    }

    synchronized boolean isWelcomed() {
        return welcomed;
    }

    private void send(AgentMessage.Builder message) {
        if (!ended && call.isPresent()) {
            sequence++;
            call.get().onNext(message.setSequence(sequence).build());
        }
    }

    @Override
    public void onNext(ControllerMessage message) {
        switch (message.getBodyCase()) {
            case WELCOME -> welcome(message.getWelcome());
            case NEED -> facts.needed(message.getNeed().getSectionsList());
            case JOB_OFFER -> desk.offered(message.getJobOffer());
            case RESULT_ACK -> desk.acknowledged(message.getResultAck().getJobId());
            case JOB_CANCEL -> desk.cancelled(message.getJobCancel().getJobId());
            case DRAIN ->
                drained(Duration.ofMillis(Durations.toMillis(message.getDrain().getReconnectWithin())));
            case BODY_NOT_SET ->
                outbox.refuse(Refusal.newBuilder()
                        .setWhat("fields " + message.getUnknownFields().asMap().keySet())
                        .setReason("this agent does not know this message")
                        .build());
        }
    }

    private void welcome(Welcome welcome) {
        if (Integer.compareUnsigned(welcome.getProtocol(), PROTOCOL) > 0) {
            cancel("protocol " + Integer.toUnsignedString(welcome.getProtocol()) + " is not spoken here (permitted: "
                    + PROTOCOL + ")");
            return;
        }
        synchronized (this) {
            welcomed = true;
        }
        events.welcomed(welcome);
        drain();
    }

    private synchronized void drained(Duration window) {
        drainWindow = Optional.of(window);
        if (!ended) {
            ended = true;
            // What is not sent yet waits for the next stream.
            call.ifPresent(ClientCallStreamObserver::onCompleted);
        }
    }

    @Override
    public void onError(Throwable error) {
        over(Status.fromThrowable(error));
    }

    @Override
    public void onCompleted() {
        over(Status.OK);
    }

    private void over(Status status) {
        Optional<Duration> window;
        synchronized (this) {
            ended = true;
            welcomed = false;
            window = drainWindow;
        }
        desk.detach(outbox);
        facts.detach(outbox);
        events.ended(this, status, window);
    }
}
