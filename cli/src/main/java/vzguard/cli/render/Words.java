package vzguard.cli.render;

import com.google.protobuf.ProtocolMessageEnum;
import java.util.Locale;
import vzguard.v1.Target;

/** The contract's names as people read them. */
public final class Words {
    private Words() {}

    /** {@code VE_STATE_RUNNING} without the prefix of its type: {@code running}; {@code ?} for what this CLI does not know. */
    public static String lower(ProtocolMessageEnum value, String prefix) {
        return name(value, prefix).toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@code CHANGE_CLASS_NEEDS_RESTART} without its prefix. */
    public static String name(ProtocolMessageEnum value, String prefix) {
        String name = value.toString();
        boolean known = name.startsWith(prefix) && !name.equals(prefix + "UNSPECIFIED");
        return known ? name.substring(prefix.length()) : "?";
    }

    /** {@code HOST/CTID}, or {@code HOST} for the host itself. */
    public static String target(Target target) {
        String host = target.getHostName().isEmpty() ? target.getHostId() : target.getHostName();
        return Text.line(target.getCtid().isEmpty() ? host : host + "/" + target.getCtid());
    }
}
