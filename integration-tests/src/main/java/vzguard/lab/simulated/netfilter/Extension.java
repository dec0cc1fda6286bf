package vzguard.lab.simulated.netfilter;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A match with its options, or a target with its options. */
record Extension(String name, List<Option> options) {
    Extension {
        options = List.copyOf(options);
    }

    Optional<Option> option(String optionName) {
        return options.stream()
                .filter(option -> option.name().equals(optionName))
                .findFirst();
    }

    boolean has(String optionName) {
        return option(optionName).isPresent();
    }

    /** The option's argument as a number. The parser has seen that it is one. */
    long number(String optionName, long otherwise) {
        return option(optionName)
                .map(option -> Long.parseLong(option.argument()))
                .orElse(otherwise);
    }

    String optionText() {
        return options.stream().map(option -> " " + option.text()).collect(Collectors.joining());
    }
}
