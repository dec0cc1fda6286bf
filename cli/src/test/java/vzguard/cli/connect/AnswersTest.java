package vzguard.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.net.ConnectException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AnswersTest {
    @ParameterizedTest
    @CsvSource({
        "INVALID_ARGUMENT,2",
        "NOT_FOUND,2",
        "OUT_OF_RANGE,2",
        "UNIMPLEMENTED,4",
        "UNAUTHENTICATED,4",
        "PERMISSION_DENIED,4",
        "FAILED_PRECONDITION,4",
        "ALREADY_EXISTS,4",
        "RESOURCE_EXHAUSTED,4",
        "UNAVAILABLE,5",
        "DEADLINE_EXCEEDED,5",
        "INTERNAL,1",
        "UNKNOWN,1",
        "DATA_LOSS,1",
        "ABORTED,1",
        "CANCELLED,1"
    })
    void everyStatusHasItsExitCode(Status.Code code, int exitCode) {
        assertThat(Answers.explain(code.toStatus().withDescription("said"), "ctl:1")
                        .exitCode())
                .isEqualTo(exitCode);
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"OK"})
    void whatTheControllerSaidIsNeverLostAndNeverEmpty(Status.Code code) {
        assertThat(Answers.explain(code.toStatus().withDescription("hn1 is away"), "ctl:1")
                        .text())
                .contains("hn1 is away");
        assertThat(Answers.explain(code.toStatus(), "ctl:1").text())
                .isNotBlank()
                .doesNotContain("null");
    }

    @Test
    void aControllerThatIsNotThereIsToldFromAHostThatIsNot() {
        assertThat(Answers.explain(Status.UNAVAILABLE.withDescription("host hn1 is not connected"), "ctl:1")
                        .text())
                .isEqualTo("unreachable: host hn1 is not connected");
        assertThat(reason(new ConnectException("finishConnect(..) failed with error(-111): Connection refused")))
                .startsWith("cannot reach the controller at ctl:1\n  why: Connection refused\n");
        assertThat(reason(new UnknownHostException("ctl"))).contains("why: unknown host");
        assertThat(reason(new SSLHandshakeException("No name matching ctl found")))
                .contains("why: TLS: No name matching ctl found")
                .contains("carry the host of its address");
    }

    @Test
    void whatAnAgentCouldNotDoHasFailedAndIsNoFaultOfTheController() {
        assertThat(Answers.explain(Status.ABORTED.withDescription("the agent could not"), "ctl:1")
                        .text())
                .isEqualTo("failed: the agent could not");
    }

    @Test
    void whatAHostPrintedCannotSteerTheTerminal() {
        assertThat(Answers.explain(Status.FAILED_PRECONDITION.withDescription("a\u001b[2Jb\nc"), "ctl:1")
                        .text())
                .isEqualTo("refused: a?[2Jb\nc");
    }

    @Test
    void aLoginThatIsDeniedIsAboutTheToken() {
        assertThat(Answers.explainEnrolment(Status.PERMISSION_DENIED.withDescription("used up"), "ctl:1")
                        .text())
                .contains("does not accept this token: used up")
                .contains("token --role operator");
    }

    private static String reason(Exception cause) {
        return Answers.explain(
                        Status.UNAVAILABLE.withDescription("io exception").withCause(new RuntimeException(cause)),
                        "ctl:1")
                .text();
    }
}
