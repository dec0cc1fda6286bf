package vzguard.controller.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.UnknownFieldSet;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.controller.testing.Client;
import vzguard.controller.testing.RunningController;
import vzguard.v1.AgentMessage;
import vzguard.v1.ControllerMessage;
import vzguard.v1.FleetGrpc;
import vzguard.v1.ForgetHostRequest;
import vzguard.v1.GetHostRequest;
import vzguard.v1.GetStatusRequest;
import vzguard.v1.Hello;
import vzguard.v1.HostFacts;
import vzguard.v1.ListVesRequest;
import vzguard.v1.StartRolloutRequest;
import vzguard.v1.TokenRole;
import vzguard.v1.VeFacts;
import vzguard.v1.VeReport;

/** Two streams of one agent, and streams that do not keep to the protocol. */
class FencingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private RunningController controller;
    private Client agent;
    private final List<ManagedChannel> channels = new ArrayList<>();

    @BeforeEach
    void start(@TempDir Path folder) {
        controller = RunningController.start(folder.resolve("state"));
        agent = Client.enrol(controller.port(), controller.token(TokenRole.TOKEN_ROLE_AGENT), "hn1");
    }

    @AfterEach
    void stop() {
        channels.forEach(ManagedChannel::shutdownNow);
        controller.close();
    }

    @Test
    void theGreaterEpochWinsAndTheOlderStreamEndsWithAborted() {
        Peer first = connect(hello(1, 1));
        first.awaitMessage();
        Peer second = connect(hello(2, 1));
        second.awaitMessage();

        assertThat(first.awaitEnd()).isEqualTo(Status.Code.ABORTED);
        Peer late = connect(hello(1, 1));
        assertThat(late.awaitEnd()).isEqualTo(Status.Code.ABORTED);
        assertThat(second.ends).isEmpty();
        assertThat(isConnected()).isTrue();
    }

    @Test
    void twoStreamsOfOneEpochBothEndAndTheOperatorIsTold() {
        Peer first = connect(hello(5, 1));
        first.awaitMessage();
        Peer clone = connect(hello(5, 1));

        assertThat(clone.awaitEnd()).isEqualTo(Status.Code.ABORTED);
        assertThat(first.awaitEnd()).isEqualTo(Status.Code.ABORTED);
        assertThat(controller
                        .operator()
                        .getStatus(GetStatusRequest.getDefaultInstance())
                        .getAttentionList())
                .anyMatch(line -> line.contains("CLONE"));
    }

    @Test
    void whatIsNoHelloOrAnotherProtocolEndsTheStreamByName() {
        assertThat(connect(hello(1, 7)).awaitEnd()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(connect(AgentMessage.newBuilder()
                                .setSequence(1)
                                .setHost(HostFacts.getDefaultInstance())
                                .build())
                        .awaitEnd())
                .isEqualTo(Status.Code.FAILED_PRECONDITION);
    }

    @Test
    void anAgentThatIsOneProtocolAheadIsWelcomedInTheOneThatBothSpeak() {
        Peer ahead = connect(hello(1, 2));
        ahead.awaitMessage();
        assertThat(ahead.messages.get(0).getWelcome().getProtocol()).isEqualTo(1);
        assertThat(connect(hello(2, 3)).awaitEnd()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(connect(hello(3, 0)).awaitEnd()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    }

    @Test
    void whatANewerAgentSaysBesideWhatIsKnownHarmsNothing() {
        UnknownFieldSet newer = UnknownFieldSet.newBuilder()
                .addField(77, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build();
        Peer peer = connect(hello(1, 1).toBuilder().setUnknownFields(newer).build());
        peer.awaitMessage();
        peer.stream.onNext(
                AgentMessage.newBuilder().setSequence(2).setUnknownFields(newer).build());
        peer.stream.onNext(AgentMessage.newBuilder()
                .setSequence(3)
                .setVes(VeReport.newBuilder()
                        .setComplete(true)
                        .addChanged(VeFacts.newBuilder()
                                .setCtid("101")
                                .setStateValue(42)
                                .setUnknownFields(newer)))
                .build());

        await().atMost(PATIENCE)
                .until(() -> controller
                                .operator()
                                .listVes(ListVesRequest.getDefaultInstance())
                                .getVesCount()
                        == 1);
        assertThat(isConnected()).isTrue();
        assertThat(peer.ends).isEmpty();
    }

    @Test
    void whatANewerCliAsksBesideWhatIsKnownIsRefusedByName() {
        UnknownFieldSet newer = UnknownFieldSet.newBuilder()
                .addField(77, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build();
        assertThatThrownBy(() -> controller
                        .operator()
                        .startRollout(StartRolloutRequest.newBuilder()
                                .setPolicy("p")
                                .setUnknownFields(newer)
                                .build()))
                .isInstanceOfSatisfying(StatusRuntimeException.class, refusal -> {
                    assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
                    assertThat(refusal.getStatus().getDescription()).startsWith("StartRollout: field 77: not known");
                });
    }

    @Test
    void aMissingMessageMakesTheControllerAskForEverything() {
        Peer peer = connect(hello(1, 1));
        peer.awaitMessage();
        peer.stream.onNext(AgentMessage.newBuilder()
                .setSequence(3)
                .setHost(HostFacts.newBuilder().setKernel("2.6.32"))
                .build());
        await().atMost(PATIENCE)
                .until(() -> peer.messages.stream()
                        .anyMatch(message -> message.getNeed().getSectionsList().contains("*")));
    }

    @Test
    void aForgottenHostMustEnrolAnew() {
        Peer peer = connect(hello(1, 1));
        peer.awaitMessage();
        peer.stream.onCompleted();
        await().atMost(PATIENCE).until(() -> !isConnected());
        controller
                .operator()
                .forgetHost(ForgetHostRequest.newBuilder().setHost("hn1").build());

        assertThat(connect(hello(2, 1)).awaitEnd()).isEqualTo(Status.Code.PERMISSION_DENIED);
    }

    private boolean isConnected() {
        try {
            return controller
                    .operator()
                    .getHost(GetHostRequest.newBuilder().setHost("hn1").build())
                    .getConnected();
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    private static AgentMessage hello(long epoch, int protocol) {
        return AgentMessage.newBuilder()
                .setSequence(1)
                .setHello(Hello.newBuilder()
                        .setProtocol(protocol)
                        .setHostName("hn1")
                        .setStreamEpoch(epoch))
                .build();
    }

    private Peer connect(AgentMessage first) {
        ManagedChannel channel = agent.channel(controller.port());
        channels.add(channel);
        Inbox inbox = new Inbox(
                Collections.synchronizedList(new ArrayList<>()), Collections.synchronizedList(new ArrayList<>()));
        StreamObserver<AgentMessage> stream = FleetGrpc.newStub(channel).connect(inbox);
        stream.onNext(first);
        return new Peer(stream, inbox.messages, inbox.ends);
    }

    private record Inbox(List<ControllerMessage> messages, List<Status> ends)
            implements StreamObserver<ControllerMessage> {
        @Override
        public void onNext(ControllerMessage message) {
            messages.add(message);
        }

        @Override
        public void onError(Throwable failure) {
            ends.add(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            ends.add(Status.OK);
        }
    }

    private record Peer(StreamObserver<AgentMessage> stream, List<ControllerMessage> messages, List<Status> ends) {
        void awaitMessage() {
            await().atMost(PATIENCE).until(() -> !messages.isEmpty());
        }

        Status.Code awaitEnd() {
            await().atMost(PATIENCE).until(() -> !ends.isEmpty());
            return ends.get(0).getCode();
        }
    }
}
