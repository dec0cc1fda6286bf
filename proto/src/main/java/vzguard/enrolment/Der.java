package vzguard.enrolment;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Distinguished encoding of the few ASN.1 types that a certificate request needs (X.690). */
final class Der {
    private static final int BIT_STRING = 0x03;
    private static final int INTEGER = 0x02;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int UTF8_STRING = 0x0c;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int CONTEXT_0_CONSTRUCTED = 0xa0;

    private Der() {}

    static byte[] sequence(byte[]... parts) {
        return tagged(SEQUENCE, concatenated(parts));
    }

    /** A SET OF with at most one member, so that no ordering is needed. */
    static byte[] setOf(byte[] member) {
        return tagged(SET, member);
    }

    static byte[] emptyContext0() {
        return tagged(CONTEXT_0_CONSTRUCTED, new byte[0]);
    }

    static byte[] utf8(String text) {
        return tagged(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
    }

    /** @param value 0 to 127 */
    static byte[] smallInteger(int value) {
        return tagged(INTEGER, new byte[] {(byte) value});
    }

    /** A bit string of whole bytes. */
    static byte[] bitString(byte[] content) {
        return tagged(BIT_STRING, concatenated(new byte[] {0}, content));
    }

    /** An object identifier with at least two arcs. */
    static byte[] oid(int... arcs) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(arcs[0] * 40 + arcs[1]);
        for (int i = 2; i < arcs.length; i++) {
            for (int shift = 28; shift > 0; shift -= 7) {
                if (arcs[i] >>> shift != 0) {
                    out.write(0x80 | (arcs[i] >>> shift & 0x7f));
                }
            }
            out.write(arcs[i] & 0x7f);
        }
        return tagged(OBJECT_IDENTIFIER, out.toByteArray());
    }

    private static byte[] tagged(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.length;
        if (length < 0x80) {
            out.write(length);
        } else if (length < 0x100) {
            out.write(0x81);
            out.write(length);
        } else if (length < 0x10000) {
            out.write(0x82);
            out.write(length >>> 8);
            out.write(length & 0xff);
        } else {
            throw new IllegalArgumentException("too long for a certificate request: " + length + " bytes");
        }
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] concatenated(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
