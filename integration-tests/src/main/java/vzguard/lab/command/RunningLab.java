package vzguard.lab.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import vzguard.agent.exec.CommandResult;
import vzguard.lab.memory.SimulatedLab;
import vzguard.lab.real.IptablesBackend;
import vzguard.lab.real.RealLab;

/** What the {@code lab} commands do with a lab that is up, whatever it is made of. */
sealed interface RunningLab {
    String name();

    /** {@code real} or {@code simulated}. */
    String kind();

    /** What the programs named iptables are there: {@code legacy} or {@code nft}. */
    String iptables();

    /** The word of the generation that the hosts are. */
    String generation();

    /** As {@link RealLab#status}. */
    List<String> status();

    void reboot(String host);

    /** Runs a command with this process's own streams; returns its exit code. */
    int exec(String place, List<String> command) throws IOException, InterruptedException;

    /** Prints a line per attempt; returns 1 when one was not answered. */
    int ssh(String place, Optional<String> from, boolean ipv6, int count) throws IOException, InterruptedException;

    /** Namespaces of this machine. */
    record Real(RealLab lab) implements RunningLab {
        @Override
        public String name() {
            return lab.name();
        }

        @Override
        public String kind() {
            return "real";
        }

        @Override
        public String iptables() {
            return lab.iptables();
        }

        @Override
        public String generation() {
            return lab.generation();
        }

        @Override
        public List<String> status() {
            return lab.status();
        }

        @Override
        public void reboot(String host) {
            lab.reboot(host);
        }

        @Override
        public int exec(String place, List<String> command) throws IOException, InterruptedException {
            return run(lab.execCommand(place, command));
        }

        @Override
        public int ssh(String place, Optional<String> from, boolean ipv6, int count)
                throws IOException, InterruptedException {
            return run(lab.sshCommand(place, from, ipv6, count));
        }

        private static int run(List<String> argv) throws IOException, InterruptedException {
            return new ProcessBuilder(argv).inheritIO().start().waitFor();
        }
    }

    /** A process of this user that holds everything in memory. */
    record Simulated(SimulatedLab lab) implements RunningLab {
        private static final List<String> SHELLS = List.of("sh", "bash", "dash");
        private static final List<String> FILTERS = List.of("cat", "tee", "iptables-restore", "ip6tables-restore");

        @Override
        public String name() {
            return lab.name();
        }

        @Override
        public String kind() {
            return "simulated";
        }

        @Override
        public String iptables() {
            return IptablesBackend.LEGACY.word();
        }

        @Override
        public String generation() {
            return lab.generation();
        }

        @Override
        public List<String> status() {
            return lab.status();
        }

        @Override
        public void reboot(String host) {
            lab.reboot(host);
        }

        @Override
        public int exec(String place, List<String> command) {
            CommandResult result = lab.exec(place, command, input(command));
            System.out.writeBytes(result.stdout());
            System.out.flush();
            System.err.writeBytes(result.stderr());
            System.err.flush();
            return result.exit();
        }

        /**
         * A simulated program gets its input whole, before it starts. It is read for programs that would read it, and for others
         * when that takes no waiting: from a file.
         */
        private static String input(List<String> command) {
            try {
                return readsInput(command) || Files.isRegularFile(Path.of("/proc/self/fd/0"))
                        ? new String(System.in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                        : "";
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read standard input", e);
            }
        }

        private static boolean readsInput(List<String> command) {
            String name = command.get(0).substring(command.get(0).lastIndexOf('/') + 1);
            boolean noFile = command.stream().skip(1).allMatch(word -> word.startsWith("-"));
            return FILTERS.contains(name) && (noFile || name.equals("tee")) || SHELLS.contains(name) && noFile;
        }

        @Override
        public int ssh(String place, Optional<String> from, boolean ipv6, int count) {
            List<String> attempts = lab.ssh(place, from, ipv6, count);
            attempts.forEach(System.out::println);
            return attempts.stream().allMatch(attempt -> attempt.split(" ")[1].equals("answered")) ? 0 : 1;
        }
    }
}
