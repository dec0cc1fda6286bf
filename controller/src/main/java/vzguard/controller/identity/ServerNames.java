package vzguard.controller.identity;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Under which names and addresses agents and operators may reach the controller: the SANs of its certificate. */
public final class ServerNames {
    private static final Pattern DNS = Pattern.compile(
            "(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*");

    private ServerNames() {}

    /** An IPv4 or IPv6 address, or a DNS name. */
    public static boolean isValid(String name) {
        return isAddress(name) || DNS.matcher(name).matches();
    }

    static boolean isAddress(String name) {
        return InetAddresses.isInetAddress(name);
    }

    /** The one of them by which others find this controller: the first extra name, the address it listens on, or the host's name. */
    public static String reachable(InetSocketAddress listen, List<String> extra) {
        InetAddress address = listen.getAddress();
        String name;
        if (!extra.isEmpty()) {
            name = extra.get(0);
        } else if (address != null && !address.isAnyLocalAddress()) {
            name = address.getHostAddress();
        } else {
            name = hostName().orElse("localhost");
        }
        return name.contains(":") ? "[" + name + "]" : name;
    }

    private static Optional<String> hostName() {
        try {
            return Optional.of(InetAddress.getLocalHost().getHostName()).filter(ServerNames::isValid);
        } catch (UnknownHostException e) {
            // A machine without a resolvable name is reached by the other ones.
            return Optional.empty();
        }
    }

    /** The extra names, the listen address unless it stands for all, this machine's host name, and the loopback. */
    public static SortedSet<String> of(InetSocketAddress listen, Collection<String> extra) {
        SortedSet<String> names = new TreeSet<>(extra);
        names.add("localhost");
        names.add("127.0.0.1");
        names.add("0:0:0:0:0:0:0:1");
        InetAddress address = listen.getAddress();
        if (address != null && !address.isAnyLocalAddress()) {
            names.add(address.getHostAddress());
        }
        hostName().ifPresent(names::add);
        return names;
    }
}
