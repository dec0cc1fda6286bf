package vzguard.lab.model;

import java.util.List;

/**
 * One call of a host program.
 *
 * @param program {@code vzctl}, {@code vzlist}, {@code lsmod} or {@code modprobe}
 * @param arguments what follows the program's name
 * @param pid the caller's process id, which a lock file will name
 */
public record ProgramCall(String program, List<String> arguments, long pid) {
    public ProgramCall {
        arguments = List.copyOf(arguments);
    }
}
