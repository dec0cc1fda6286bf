package vzguard.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnrolmentTokenTest {
    private static final String PIN = "0123456789abcdef".repeat(4);
    private static final String SECRET = "s3cr3t-s3cr3t_s3cr3t";

    @Test
    void readsItsOwnTextWithALineEnd() {
        EnrolmentToken token = EnrolmentToken.parse("vzg1.t7." + SECRET + "." + PIN + "\n");
        assertThat(token).isEqualTo(new EnrolmentToken("t7", SECRET, PIN));
        assertThat(EnrolmentToken.parse(token.text())).isEqualTo(token);
    }

    @Test
    void itsDescriptionHidesTheSecret() {
        assertThat(new EnrolmentToken("t7", SECRET, PIN).toString())
                .contains("t7")
                .doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "vzg1",
                "vzg2.t7.s3cr3t-s3cr3t_s3cr3t.0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "vzg1.t7.short.0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "vzg1.t7.s3cr3t-s3cr3t_s3cr3t.0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
                "vzg1.t7.s3cr3t-s3cr3t_s3cr3t.0123456789abcdef",
                "vzg1.t7.s3cr3t-s3cr3t_s3cr3t.0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.x",
                "vzg1.t 7.s3cr3t-s3cr3t_s3cr3t.0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
            })
    void refusesWhatIsNoTokenWithoutRepeatingIt(String text) {
        assertThatThrownBy(() -> EnrolmentToken.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("vzg1.ID.SECRET.CAPIN")
                .hasMessageNotContaining("s3cr3t");
    }
}
