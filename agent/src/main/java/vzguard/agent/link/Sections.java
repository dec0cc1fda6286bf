package vzguard.agent.link;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Timestamp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import vzguard.v1.HostFacts;
import vzguard.v1.VeFacts;

/**
 * Everything an agent can report, as of one sweep.
 *
 * @param ves by CTID
 */
public record Sections(HostFacts host, SortedMap<String, VeFacts> ves) {
    static final String HOST = "host";
    static final String VE = "ve/";

    public Sections {
        ves = Collections.unmodifiableSortedMap(new TreeMap<>(ves));
    }

    /** SHA-256 (hex) of each section without its times, by section name ("host", "ve/CTID"). */
    SortedMap<String, String> digests() {
        SortedMap<String, String> digests = new TreeMap<>();
        digests.put(HOST, digest(host.toBuilder().clearObservedAt().build()));
        for (Map.Entry<String, VeFacts> ve : ves.entrySet()) {
            digests.put(
                    VE + ve.getKey(),
                    digest(ve.getValue().toBuilder().clearObservedAt().build()));
        }
        return digests;
    }

    /** When a section of this sweep was seen. */
    Timestamp seen(String section) {
        VeFacts ve = section.startsWith(VE) ? ves.get(section.substring(VE.length())) : null;
        return ve == null ? host.getObservedAt() : ve.getObservedAt();
    }

    private static String digest(MessageLite facts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        // Maps have no order of their own: without this equal facts could have two digests.
        out.useDeterministicSerialization();
        try {
            facts.writeTo(out);
            out.flush();
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail to be written", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
