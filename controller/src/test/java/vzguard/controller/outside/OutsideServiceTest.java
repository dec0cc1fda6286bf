package vzguard.controller.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.controller.testing.Client;
import vzguard.controller.testing.RunningController;
import vzguard.v1.LookReply;
import vzguard.v1.LookRequest;
import vzguard.v1.OutsideGrpc;
import vzguard.v1.TokenRole;

/** As agents ask it, over real TLS on the loopback: from there nothing is outside. */
class OutsideServiceTest {
    private static LookReply look(Client client, int port, Integer... ports) {
        ManagedChannel channel = client.channel(port);
        try {
            return OutsideGrpc.newBlockingStub(channel)
                    .look(LookRequest.newBuilder().addAllPorts(List.of(ports)).build());
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void anAgentOnTheControllersOwnMachineIsToldThatNothingWasTried(@TempDir Path state) {
        try (RunningController controller = RunningController.start(state)) {
            Client agent = Client.enrol(controller.port(), controller.token(TokenRole.TOKEN_ROLE_AGENT), "hn1");
            LookReply reply = look(agent, controller.port(), 22);
            assertThat(reply.getAddress()).isEqualTo("127.0.0.1");
            assertThat(reply.getNotTried()).contains("loopback");
            assertThat(reply.getViewsList()).isEmpty();
        }
    }

    @Test
    void onlyAgentsAndOnlyPortsThatAGuardCanHave(@TempDir Path state) {
        try (RunningController controller = RunningController.start(state)) {
            Client agent = Client.enrol(controller.port(), controller.token(TokenRole.TOKEN_ROLE_AGENT), "hn1");
            Integer[] sixteen =
                    java.util.stream.IntStream.rangeClosed(1, 16).boxed().toArray(Integer[]::new);
            for (Integer[] ports : List.of(new Integer[] {}, new Integer[] {0}, new Integer[] {65536}, sixteen)) {
                assertThatThrownBy(() -> look(agent, controller.port(), ports))
                        .isInstanceOf(StatusRuntimeException.class)
                        .hasMessageContaining("INVALID_ARGUMENT")
                        .hasMessageContaining("1 to 15");
            }
            assertThatThrownBy(() -> look(agent, controller.port(), 22, 22)).hasMessageContaining("INVALID_ARGUMENT");
            assertThatThrownBy(() -> look(controller.operatorClient(), controller.port(), 22))
                    .hasMessageContaining("PERMISSION_DENIED");
        }
    }
}
