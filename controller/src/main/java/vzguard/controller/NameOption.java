package vzguard.controller;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import vzguard.controller.identity.ServerNames;

/** Further names of the controller, for its certificate. */
final class NameOption {
    @Option(
            names = "--name",
            paramLabel = "NAME",
            split = ",",
            description = "DNS name or address under which agents and operators reach this controller; may be repeated."
                    + " Always in the certificate: the listen address, this machine's host name, localhost, 127.0.0.1")
    private List<String> names = new ArrayList<>();

    /** @throws ParameterException naming every bad one */
    List<String> checked(CommandLine line) {
        List<String> bad =
                names.stream().filter(name -> !ServerNames.isValid(name)).toList();
        if (!bad.isEmpty()) {
            throw new ParameterException(
                    line,
                    "--name: \"" + String.join("\", \"", bad) + "\" (permitted: DNS names, IPv4 and IPv6 addresses)");
        }
        return names;
    }
}
