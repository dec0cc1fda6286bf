package vzguard.lab.demo;

import java.util.List;

/**
 * What the story is played on: a real lab or a simulated one, with a controller, an agent on each host, and the CLI.
 * Brought up and closed by one thread; what happens in between may be asked for by several at once.
 */
public interface Stage extends AutoCloseable {
    /** Brings up the fleet and waits until every agent has reported its VEs. */
    void up() throws StageFailure;

    /** Runs the CLI with these arguments, as a user would type them after {@code ./vzguard}. */
    Result vzguard(String... arguments) throws StageFailure;

    /** Runs the CLI and passes its output through as it comes; returns its exit code and what it printed on stdout. */
    Result vzguardLive(String... arguments) throws StageFailure;

    /** Runs a program on a host ({@code "hn1"}) or in a VE ({@code "hn1/101"}). */
    Result exec(String where, String... program) throws StageFailure;

    /** Connects from outside, one connection after the other, and reads sshd's greeting. */
    List<Connection> ssh(String where, String from, boolean ipv6, int count) throws StageFailure;

    /** Reboots a host and waits until it and its ONBOOT VEs are up. */
    void reboot(String host) throws StageFailure;

    /** The places of a host's VEs ({@code "hn1/101"}) that run, as the lab itself knows them. */
    List<String> running(String host) throws StageFailure;

    /** Of a lab's status lines ({@code ve HOST CTID ADDRESS running|stopped}) the places that run on a host. */
    static List<String> running(List<String> status, String host) {
        return status.stream()
                .map(line -> line.split(" "))
                .filter(words -> words[0].equals("ve") && words[1].equals(host) && words[4].equals("running"))
                .map(words -> words[1] + "/" + words[2])
                .toList();
    }

    /** One line: what is real here. */
    String description();

    /** Where logs are kept when something failed. */
    String keepLogs();

    /** The commands that reach this fleet afterwards, for {@code --keep}. */
    List<String> whatNext();

    /** Takes everything down; nothing is left. Idempotent. */
    @Override
    void close();

    /**
     * What a program printed.
     *
     * @param err standard error, as text
     */
    record Result(int exit, String out, String err) {
        public String all() {
            return err.isBlank() ? out : out + err;
        }
    }

    /** One connection attempt. */
    record Connection(int number, boolean answered, String detail) {}

    /** The stage itself failed, not what is shown on it. */
    final class StageFailure extends Exception {
        private static final long serialVersionUID = 1L;

        public StageFailure(String message) {
            super(message);
        }

        public StageFailure(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
