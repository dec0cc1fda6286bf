package vzguard.controller.fleet;

import io.grpc.Status;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vzguard.controller.Version;
import vzguard.controller.core.EventLoop;
import vzguard.controller.core.Transaction;
import vzguard.controller.core.WireTime;
import vzguard.v1.AgentMessage;
import vzguard.v1.ControllerMessage;
import vzguard.v1.Hello;
import vzguard.v1.Need;
import vzguard.v1.ResultAck;
import vzguard.v1.SectionDigest;
import vzguard.v1.Welcome;

/**
 * What is done with an agent's messages, each in one step of the event loop. A stream counts from its Hello on, until it
 * ends or a newer stream of the same agent takes its place; messages of a stream that does not count are ignored.
 */
public final class AgentSessions {
    private static final Logger LOG = LoggerFactory.getLogger(AgentSessions.class);
    private static final int PROTOCOL = 1;
    private static final String VE_SECTION = "ve/";

    private final EventLoop loop;
    private final Hosts hosts;
    private final Streams streams;
    private final AgentListener listener;
    private final Clock clock;
    private final Timing timing;

    /**
     * @param reconnect how fast agents come back after a break
     * @param sweepInterval between two sweeps of everything
     */
    public record Timing(ReconnectPace reconnect, Duration sweepInterval) {}

    public AgentSessions(
            EventLoop loop, Hosts hosts, Streams streams, AgentListener listener, Clock clock, Timing timing) {
        this.loop = loop;
        this.hosts = hosts;
        this.streams = streams;
        this.listener = listener;
        this.clock = clock;
        this.timing = timing;
    }

    /** Any thread. The stream may receive its next message once this one is durable. */
    void receive(AgentStream stream, AgentMessage message) {
        loop.submit(transaction -> {
                    handle(transaction, stream, message);
                    return true;
                })
                .whenComplete((done, failure) -> {
                    if (failure == null) {
                        stream.next();
                    } else {
                        LOG.error("a message of agent {} failed: {}", stream.hostId(), message.getBodyCase(), failure);
                        stream.end(Status.INTERNAL.withDescription(
                                message.getBodyCase() + " could not be dealt with; see the controller's log"));
                    }
                });
    }

    /** Any thread. */
    void ended(AgentStream stream) {
        stream.gone();
        loop.post("the end of a stream", transaction -> {
            if (streams.remove(stream)) {
                hosts.byId(stream.hostId()).ifPresent(host -> {
                    hosts.seen(host, clock.instant());
                    listener.disconnected(transaction, host);
                    LOG.info("host {} disconnected", host.name());
                });
            }
        });
    }

    private void handle(Transaction transaction, AgentStream stream, AgentMessage message) {
        Host host = hosts.byId(stream.hostId()).orElse(null);
        if (host == null) {
            stream.end(Status.PERMISSION_DENIED.withDescription(
                    "host " + stream.hostId() + " was forgotten here; enrol it anew with a token"));
            return;
        }
        boolean follows = stream.follows(message.getSequence());
        if (!stream.isGreeted()) {
            if (message.hasHello()) {
                greet(transaction, stream, host, message.getHello());
            } else {
                stream.end(Status.FAILED_PRECONDITION.withDescription(
                        "the first message must be Hello, not " + message.getBodyCase()));
            }
            return;
        }
        if (streams.get(host.id()) != stream) {
            return;
        }
        hosts.seen(host, clock.instant());
        if (!follows) {
            need(transaction, stream, Set.of("*"));
        }
        body(transaction, stream, host, message);
    }

    private void body(Transaction transaction, AgentStream stream, Host host, AgentMessage message) {
        switch (message.getBodyCase()) {
            case HOST -> hosts.report(transaction.sql(), host, message.getHost());
            case VES -> listener.reported(transaction, host, hosts.report(transaction.sql(), host, message.getVes()));
            case JOB_RECEIPT ->
                listener.accepted(transaction, host, message.getJobReceipt().getJobId());
            case JOB_PROGRESS -> listener.progressed(host, message.getJobProgress());
            case JOB_RESULT -> {
                listener.finished(transaction, host, message.getJobResult());
                ResultAck ack = ResultAck.newBuilder()
                        .setJobId(message.getJobResult().getJobId())
                        .build();
                transaction.afterCommit(() -> stream.offer(
                        ControllerMessage.newBuilder().setResultAck(ack).build()));
            }
            case REFUSAL -> {
                LOG.warn(
                        "host {} refused {}: {}",
                        host.name(),
                        message.getRefusal().getWhat(),
                        message.getRefusal().getReason());
                listener.refused(transaction, host, message.getRefusal());
            }
            case HELLO -> stream.end(Status.FAILED_PRECONDITION.withDescription("a second Hello on one stream"));
            case BODY_NOT_SET -> LOG.warn("host {} sent a message of a kind this version does not know", host.name());
        }
    }

    private void greet(Transaction transaction, AgentStream stream, Host host, Hello hello) {
        // An agent that is one ahead speaks this one too: the Welcome says which it is.
        if (hello.getProtocol() < PROTOCOL || hello.getProtocol() > PROTOCOL + 1) {
            stream.end(Status.FAILED_PRECONDITION.withDescription("protocol "
                    + Integer.toUnsignedString(hello.getProtocol()) + " is not spoken here (permitted: " + PROTOCOL
                    + ", and agents whose newest is " + (PROTOCOL + 1) + "); update the agent or the controller"));
            return;
        }
        if (!fence(transaction, stream, host, hello)) {
            return;
        }
        String name = hello.getHostName().isBlank() ? host.name() : hello.getHostName();
        hosts.greet(
                transaction.sql(),
                host,
                name,
                hello.getStreamEpoch(),
                hello.getAgentVersion(),
                new TreeMap<>(hello.getLabelsMap()),
                clock.instant());
        hosts.seen(host, clock.instant());
        stream.greet(hello.getStreamEpoch());
        Set<String> lacking = lacking(transaction, host, hello);
        Welcome welcome = Welcome.newBuilder()
                .setProtocol(PROTOCOL)
                .setControllerVersion(Version.current())
                .setReconnectWithin(WireTime.of(timing.reconnect().within(hosts.count())))
                .setSweepInterval(WireTime.of(timing.sweepInterval()))
                .build();
        transaction.afterCommit(() ->
                stream.offer(ControllerMessage.newBuilder().setWelcome(welcome).build()));
        need(transaction, stream, lacking);
        streams.put(stream);
        listener.connected(transaction, host, new HashSet<>(hello.getHeldJobsList()));
        LOG.info("host {} connected (agent {}, epoch {})", name, hello.getAgentVersion(), hello.getStreamEpoch());
    }

    /**
     * The greater epoch of two live streams wins. Equal ones cannot come from one agent: both end, and the operator is
     * told. A smaller one than stored, with no live stream, is a state folder restored from a copy, or a clone.
     */
    private boolean fence(Transaction transaction, AgentStream stream, Host host, Hello hello) {
        AgentStream older = streams.get(host.id());
        if (hello.getStreamEpoch() <= host.streamEpoch()) {
            host.suspectClone();
            LOG.warn(
                    "host {}: stream epoch {} was used before: its state was copied",
                    host.name(),
                    hello.getStreamEpoch());
        }
        if (older == null) {
            return true;
        }
        if (hello.getStreamEpoch() >= older.epoch()) {
            streams.remove(older);
            older.end(Status.ABORTED.withDescription("replaced by a newer stream of this agent"));
            listener.disconnected(transaction, host);
        }
        if (hello.getStreamEpoch() > older.epoch()) {
            return true;
        }
        stream.end(Status.ABORTED.withDescription("another stream of this agent has epoch " + older.epoch()
                + ", this one " + hello.getStreamEpoch() + ": do two machines share one certificate?"));
        return false;
    }

    private Set<String> lacking(Transaction transaction, Host host, Hello hello) {
        Set<String> lacking = new HashSet<>();
        Map<String, String> digests = new TreeMap<>();
        hello.getSectionsList().forEach(section -> digests.put(section.getSection(), section.getDigest()));
        if (digests.isEmpty()) {
            return lacking;
        }
        Set<String> ctids = new HashSet<>();
        for (SectionDigest section : hello.getSectionsList()) {
            String stored;
            if (section.getSection().startsWith(VE_SECTION)) {
                String ctid = section.getSection().substring(VE_SECTION.length());
                ctids.add(ctid);
                stored = host.storedDigest(ctid);
            } else {
                stored = host.digest();
            }
            if (!stored.equals(section.getDigest())) {
                lacking.add(section.getSection());
            }
        }
        listener.reported(transaction, host, hosts.retain(transaction.sql(), host, ctids));
        return lacking;
    }

    private static void need(Transaction transaction, AgentStream stream, Set<String> sections) {
        if (!sections.isEmpty()) {
            Need need = Need.newBuilder().addAllSections(sections).build();
            transaction.afterCommit(() ->
                    stream.offer(ControllerMessage.newBuilder().setNeed(need).build()));
        }
    }
}
