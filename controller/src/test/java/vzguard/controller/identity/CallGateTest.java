package vzguard.controller.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.controller.testing.Client;
import vzguard.controller.testing.RunningController;
import vzguard.v1.AgentMessage;
import vzguard.v1.ControllerMessage;
import vzguard.v1.EnrolmentGrpc;
import vzguard.v1.FleetGrpc;
import vzguard.v1.GetStatusRequest;
import vzguard.v1.OperatorGrpc;
import vzguard.v1.OutsideGrpc;
import vzguard.v1.TokenRole;

/** Who gets through, over real TLS on the loopback. */
class CallGateTest {
    @Test
    void everyMethodOfEveryServiceHasARoleAndOnlyEnrolmentAsksForNone() {
        List<String> methods = Stream.of(
                        EnrolmentGrpc.getServiceDescriptor(),
                        FleetGrpc.getServiceDescriptor(),
                        OutsideGrpc.getServiceDescriptor(),
                        OperatorGrpc.getServiceDescriptor())
                .flatMap(service -> service.getMethods().stream())
                .map(method -> method.getFullMethodName())
                .toList();

        assertThat(methods)
                .hasSizeGreaterThan(30)
                .allMatch(method -> Permissions.roleFor(method).isPresent());
        assertThat(methods.stream().filter(method -> Permissions.roleFor(method).orElseThrow() == Role.NONE))
                .containsExactly("vzguard.v1.Enrolment/Enrol");
        assertThat(methods.stream().filter(method -> method.startsWith("vzguard.v1.Operator/")))
                .allMatch(method -> Permissions.roleFor(method).orElseThrow() == Role.OPERATOR);
        assertThat(Permissions.roleFor("vzguard.v1.Operator/RunCommand")).isEmpty();
    }

    @Test
    void withoutACertificateOfTheRightRoleNothingButEnrolmentAnswers(@TempDir Path folder) {
        try (RunningController controller = RunningController.start(folder.resolve("state"));
                RunningController foreign = RunningController.start(folder.resolve("foreign"))) {
            Client operator = controller.operatorClient();
            Client agent = Client.enrol(controller.port(), controller.token(TokenRole.TOKEN_ROLE_AGENT), "hn1");
            Client stranger = new Client(
                    "mallory",
                    foreign.operatorClient().chain(),
                    foreign.operatorClient().key(),
                    operator.trustBundle());

            assertThat(status(operator.channel(controller.port()))).isEqualTo(Status.Code.OK);
            assertThat(status(operator.anonymousChannel(controller.port()))).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(status(agent.channel(controller.port()))).isEqualTo(Status.Code.PERMISSION_DENIED);
            assertThat(status(stranger.channel(controller.port()))).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(connect(operator.channel(controller.port()))).isEqualTo(Status.Code.PERMISSION_DENIED);
            assertThat(connect(operator.anonymousChannel(controller.port()))).isEqualTo(Status.Code.UNAUTHENTICATED);
        }
    }

    @Test
    void aTokenIsGoodForItsUsesOnlyAndForItsOwnControllerOnly(@TempDir Path folder) {
        try (RunningController controller = RunningController.start(folder.resolve("state"));
                RunningController other = RunningController.start(folder.resolve("other"))) {
            String token = controller.token(TokenRole.TOKEN_ROLE_AGENT);
            Client.enrol(controller.port(), token, "hn1");

            assertThatThrownBy(() -> Client.enrol(controller.port(), token, "hn2"))
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessageContaining("PERMISSION_DENIED")
                    .hasMessageContaining("used up")
                    .hasMessageNotContaining(token.split("\\.")[2]);
            // The pin keeps the secret from a controller that did not make the token.
            String fresh = controller.token(TokenRole.TOKEN_ROLE_AGENT);
            assertThatThrownBy(() -> Client.enrol(other.port(), fresh, "hn3")).hasMessageContaining("UNAVAILABLE");
            // A wrong secret under a right id takes no use.
            String[] parts = fresh.split("\\.");
            String forged = parts[0] + "." + parts[1] + "." + "A".repeat(parts[2].length()) + "." + parts[3];
            assertThatThrownBy(() -> Client.enrol(controller.port(), forged, "hn3"))
                    .hasMessageContaining("PERMISSION_DENIED");
            assertThat(Client.enrol(controller.port(), fresh, "hn3").identity()).hasSize(36);
        }
    }

    private static Status.Code status(ManagedChannel channel) {
        try {
            Client.operator(channel).getStatus(GetStatusRequest.getDefaultInstance());
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        } finally {
            channel.shutdownNow();
        }
    }

    private static Status.Code connect(ManagedChannel channel) {
        CompletableFuture<Status.Code> end = new CompletableFuture<>();
        FleetGrpc.newStub(channel)
                .connect(new StreamObserver<ControllerMessage>() {
                    @Override
                    public void onNext(ControllerMessage message) {
                        end.complete(Status.Code.OK);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        end.complete(Status.fromThrowable(failure).getCode());
                    }

                    @Override
                    public void onCompleted() {
                        end.complete(Status.Code.OK);
                    }
                })
                .onNext(AgentMessage.getDefaultInstance());
        Status.Code code = end.orTimeout(30, TimeUnit.SECONDS).join();
        channel.shutdownNow();
        return code;
    }
}
