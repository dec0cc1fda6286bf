package vzguard.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import org.junit.jupiter.api.Test;
import vzguard.v1.ApplyJob;
import vzguard.v1.BansJob;
import vzguard.v1.ControlRolloutRequest;
import vzguard.v1.Job;
import vzguard.v1.PolicySpec;
import vzguard.v1.SelectorSpec;

/** Messages as a newer sender would write them. */
class UnknownPartsTest {
    private static UnknownFieldSet field(int number) {
        return UnknownFieldSet.newBuilder()
                .addField(
                        number, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build();
    }

    @Test
    void whatIsKnownIsNotNamed() {
        Job job = Job.newBuilder()
                .setJobId("j")
                .setApply(
                        ApplyJob.newBuilder().setPolicy(PolicySpec.newBuilder().setName("p")))
                .build();
        assertThat(UnknownParts.of(job)).isEmpty();
        assertThat(UnknownParts.of(Job.getDefaultInstance())).isEmpty();
    }

    @Test
    void fieldsAreNamedWithTheirPlaceHoweverDeep() throws InvalidProtocolBufferException {
        Job job = Job.newBuilder()
                .setUnknownFields(field(99))
                .setApply(ApplyJob.newBuilder()
                        .setUnknownFields(field(23))
                        .setPolicy(PolicySpec.newBuilder()
                                .setSelector(SelectorSpec.newBuilder().setUnknownFields(field(7)))))
                .build();
        assertThat(UnknownParts.of(Job.parseFrom(job.toByteArray())))
                .containsExactlyInAnyOrder("field 99", "apply.field 23", "apply.policy.selector.field 7");
    }

    @Test
    void valuesOfEnumsAreNamedByNumber() throws InvalidProtocolBufferException {
        Job job =
                Job.newBuilder().setBans(BansJob.newBuilder().setActionValue(9)).build();
        assertThat(UnknownParts.of(Job.parseFrom(job.toByteArray()))).containsExactly("bans.action value 9");
        assertThat(UnknownParts.of(
                        ControlRolloutRequest.newBuilder().setActionValue(42).build()))
                .containsExactly("action value 42");
    }
}
