package vzguard.controller.fleet;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import vzguard.v1.HostFacts;
import vzguard.v1.VeFacts;

/**
 * Names a section of facts: hex SHA-256 over its message in deterministic encoding, without the time of the observation.
 * Agents name theirs in a Hello; where the two differ the controller merely asks once more than needed.
 */
final class FactDigest {
    private FactDigest() {}

    static String of(HostFacts facts) {
        return sha256(facts.toBuilder().clearObservedAt().build());
    }

    static String of(VeFacts facts) {
        return sha256(facts.toBuilder().clearObservedAt().build());
    }

    private static String sha256(Message message) {
        try {
            byte[] bytes = new byte[message.getSerializedSize()];
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            out.useDeterministicSerialization();
            message.writeTo(out);
            out.flush();
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("cannot digest facts: " + e.getMessage(), e);
        }
    }
}
