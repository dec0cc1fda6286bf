package vzguard.lab.command;

import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lab status}. */
@Command(name = "status", description = "Lists the hosts and VEs of a lab.")
final class StatusCommand implements Callable<Integer> {
    @Mixin
    LabOptions options = new LabOptions();

    @Option(names = "-o", defaultValue = "table", paramLabel = "table|json", description = "Output format.")
    String format = "table";

    @Override
    public Integer call() {
        if (!format.equals("table") && !format.equals("json")) {
            throw new LabOptions.BadInput("-o: \"" + format + "\" is not one of table, json");
        }
        print(options.attached(), format.equals("json"));
        return 0;
    }

    static void print(RunningLab lab, boolean json) {
        System.out.println(
                json
                        ? json(lab)
                        : table(lab) + "\niptables     " + lab.iptables() + "\ngeneration   " + lab.generation());
    }

    private static String table(RunningLab lab) {
        return lab.status().stream()
                .map(line -> line.split(" "))
                .map(words -> words[0].equals("host")
                        ? String.format("%-12s %-14s %s", words[1], words[2], words[3])
                        : String.format("%-12s %-14s %s", words[1] + "/" + words[2], words[3], words[4]))
                .collect(Collectors.joining("\n"));
    }

    private static String json(RunningLab lab) {
        return lab.status().stream()
                .map(line -> line.split(" "))
                .map(words -> words[0].equals("host")
                        ? "{\"host\":\"%s\",\"address\":\"%s\",\"state\":\"%s\"}"
                                .formatted(words[1], words[2], words[3])
                        : "{\"host\":\"%s\",\"ctid\":\"%s\",\"address\":\"%s\",\"state\":\"%s\"}"
                                .formatted(words[1], words[2], words[3], words[4]))
                .collect(Collectors.joining(
                        ",\n  ",
                        "{\"lab\":\"" + lab.name() + "\",\"kind\":\"" + lab.kind() + "\",\"iptables\":\""
                                + lab.iptables() + "\",\"generation\":\"" + lab.generation() + "\",\"places\":[\n  ",
                        "\n]}"));
    }
}
