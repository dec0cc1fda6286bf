package vzguard.it.simulation;

import com.google.protobuf.ByteString;
import java.util.Map;
import java.util.TreeMap;

/** A container as it is on its host. */
final class Ve {
    final String ctid;
    /** Another one with each VE, whatever its number. */
    final int serial;

    /** Another one had its number on this host before. */
    final boolean tookNumber;

    boolean running;
    boolean disabled;
    boolean onboot = true;
    /** The kernel's modules are shared with it since its last start. */
    boolean shared;

    long startedAt;
    /** A vzctl works on it. */
    boolean locked;
    /** By policy: what guards it. */
    final Map<String, ByteString> guards = new TreeMap<>();

    Ve(String ctid, int serial, boolean tookNumber) {
        this.ctid = ctid;
        this.serial = serial;
        this.tookNumber = tookNumber;
    }
}
