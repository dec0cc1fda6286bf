package vzguard.lab.simulated.netfilter;

import java.util.List;

/** One option of a match or target, by its canonical name. */
record Option(boolean negated, String name, List<String> arguments) {
    Option {
        arguments = List.copyOf(arguments);
    }

    static Option of(String name, String... arguments) {
        return new Option(false, name, List.of(arguments));
    }

    String argument() {
        return arguments.get(0);
    }

    String text() {
        return (negated ? "! " : "") + name + (arguments.isEmpty() ? "" : " " + String.join(" ", arguments));
    }
}
