package vzguard.lab.simulated.netfilter;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Numeric addresses as text; names are never looked up. */
public final class Addresses {
    private Addresses() {}

    /** The address, or nothing when the text is no numeric address. */
    public static Optional<InetAddress> parse(String text) {
        boolean numeric = text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")
                || (text.indexOf(':') >= 0 && text.matches("[0-9a-fA-F:.]+"));
        if (!numeric) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /** @throws IllegalArgumentException when the text is no numeric address */
    public static InetAddress of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not an address: " + text));
    }

    /** As the kernel prints it: IPv6 with all zeros. */
    static String kernelText(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return address.getHostAddress();
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < bytes.length; i += 2) {
            text.append(i > 0 ? ":" : "").append(String.format("%02x%02x", bytes[i], bytes[i + 1]));
        }
        return text.toString();
    }
}
