package vzguard.lab.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The options of {@code vzctl set}, read and checked before anything is touched.
 *
 * @param parameters keys of the configuration and their new values, in the order given
 * @param netfilter the new mode
 * @param iptables the new list: all {@code --iptables} of the command together; empty when none was given, or none named
 *     anything
 * @param errors what to print instead of acting
 */
record SetOptions(
        boolean save,
        boolean force,
        SetMode setMode,
        Map<String, String> parameters,
        Optional<NetfilterMode> netfilter,
        Optional<NetfilterMask> iptables,
        List<String> errors) {

    /** What to do about parameters that a running VE cannot take. */
    enum SetMode {
        NONE,
        IGNORE,
        RESTART
    }

    private static final Map<String, String> PLAIN = Map.of(
            "--hostname", "HOSTNAME",
            "--name", "NAME",
            "--cpuunits", "CPUUNITS",
            "--description", "DESCRIPTION",
            "--bootorder", "BOOTORDER",
            "--numproc", "NUMPROC",
            "--nameserver", "NAMESERVER",
            "--searchdomain", "SEARCHDOMAIN");
    private static final Map<String, String> YES_OR_NO = Map.of("--onboot", "ONBOOT", "--disabled", "DISABLED");

    static SetOptions parse(List<String> arguments, VzctlRelease release) {
        Reader reader = new Reader(arguments, release);
        while (reader.errors.isEmpty() && !reader.left.isEmpty()) {
            reader.option();
        }
        return reader.result();
    }

    private static final class Reader {
        private final List<String> left;
        private final VzctlRelease release;
        private final Map<String, String> parameters = new LinkedHashMap<>();
        private final List<String> errors = new ArrayList<>();
        private final List<String> names = new ArrayList<>();
        private Optional<NetfilterMode> netfilter = Optional.empty();
        private SetMode setMode = SetMode.NONE;
        private boolean save;
        private boolean force;

        Reader(List<String> arguments, VzctlRelease release) {
            this.left = new ArrayList<>(arguments);
            this.release = release;
        }

        SetOptions result() {
            NetfilterMask mask =
                    NetfilterMask.parse(String.join(" ", names), release).mask();
            return new SetOptions(
                    save,
                    force,
                    setMode,
                    parameters,
                    netfilter,
                    mask.names().isEmpty() ? Optional.empty() : Optional.of(mask),
                    errors);
        }

        void option() {
            String word = left.remove(0);
            int equals = word.indexOf('=');
            if (word.startsWith("--") && equals > 0) {
                left.add(0, word.substring(equals + 1));
                word = word.substring(0, equals);
            }
            String option = word;
            if (option.equals("--save")) {
                save = true;
            } else if (option.equals("--force")) {
                force = true;
            } else if (PLAIN.containsKey(option)) {
                value(option, value -> plain(option, value));
            } else if (YES_OR_NO.containsKey(option)) {
                value(option, value -> yesOrNo(option, value));
            } else if (option.equals("--netfilter") && release.hasNetfilter()) {
                value(option, this::netfilter);
            } else if (option.equals("--iptables") && release.hasIptables()) {
                value(option, this::iptables);
            } else if (option.equals("--setmode")) {
                value(option, this::setMode);
            } else {
                errors.add("vzctl: unrecognized option '" + option + "'");
            }
        }

        private void value(String option, Consumer<String> action) {
            if (left.isEmpty()) {
                errors.add("vzctl: option '" + option + "' requires an argument");
            } else {
                action.accept(left.remove(0));
            }
        }

        private void bad(String option, String value) {
            errors.add("Bad parameter for " + option + ": " + value);
        }

        private void plain(String option, String value) {
            if (option.equals("--name") && !VeNames.isPermitted(value)) {
                bad(option, value);
            } else {
                parameters.put(PLAIN.getOrDefault(option, ""), value);
            }
        }

        private void yesOrNo(String option, String value) {
            if (value.equals("yes") || value.equals("no")) {
                parameters.put(YES_OR_NO.getOrDefault(option, ""), value);
            } else {
                bad(option, value);
            }
        }

        private void netfilter(String value) {
            netfilter = NetfilterMode.of(value);
            if (netfilter.isPresent()) {
                parameters.put("NETFILTER", value);
            } else {
                errors.add("Incorrect netfilter value: " + value);
                bad("--netfilter", value);
            }
        }

        private void iptables(String value) {
            List<String> unknown = NetfilterMask.parse(value, release).unknown();
            unknown.forEach(word -> errors.add(HostConfiguration.Sharing.unknownModule(word)));
            if (!unknown.isEmpty()) {
                bad("--iptables", value);
            }
            names.add(value);
        }

        private void setMode(String value) {
            switch (value) {
                case "ignore" -> setMode = SetMode.IGNORE;
                case "restart" -> setMode = SetMode.RESTART;
                default -> bad("--setmode", value);
            }
        }
    }
}
