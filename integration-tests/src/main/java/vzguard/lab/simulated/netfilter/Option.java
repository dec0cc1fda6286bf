package vzguard.lab.simulated.netfilter;

import java.util.List;

/**
 * One option of a match or target, by its canonical name.
 *
 * @param implied iptables filled it in, in other bytes than if it had been given: printed alike, but not equal
 */
record Option(boolean negated, String name, List<String> arguments, boolean implied) {
    Option {
        arguments = List.copyOf(arguments);
    }

    Option(boolean negated, String name, List<String> arguments) {
        this(negated, name, arguments, false);
    }

    static Option of(String name, String... arguments) {
        return new Option(false, name, List.of(arguments));
    }

    static Option implied(String name, String... arguments) {
        return new Option(false, name, List.of(arguments), true);
    }

    String argument() {
        return arguments.get(0);
    }

    String text() {
        return (negated ? "! " : "") + name + (arguments.isEmpty() ? "" : " " + String.join(" ", arguments));
    }
}
