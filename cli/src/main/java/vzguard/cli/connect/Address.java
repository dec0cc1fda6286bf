package vzguard.cli.connect;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vzguard.cli.outcome.CommandFailed;

/**
 * A controller's HOST:PORT.
 *
 * @param host name or address, without brackets
 * @param port 1-65535
 */
public record Address(String host, int port) {
    /** The controller's port when none is given. */
    public static final int DEFAULT_PORT = 7443;

    private static final Pattern FORM =
            Pattern.compile("(?:\\[([0-9A-Fa-f:.%a-z0-9]+)]|([A-Za-z0-9][A-Za-z0-9._-]*))(?::([0-9]{1,5}))?");

    /** @throws CommandFailed (bad input) when the text is no address */
    public static Address parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (matcher.matches()) {
            String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
            String port = matcher.group(3);
            int number = port == null ? DEFAULT_PORT : Integer.parseInt(port);
            if (number >= 1 && number <= 65535) {
                return new Address(host, number);
            }
        }
        throw CommandFailed.badInput(
                "\"" + text.strip()
                        + "\" is no controller address (permitted: HOST or HOST:PORT, port 1-65535, an IPv6 address as [::1]:7443)");
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
