package vzguard.it.contract;

import vzguard.agent.exec.CommandResult;

/**
 * A host on which a transcript is replayed: CT 105 with {@link TranscriptHost}'s configuration, CT 101 as another, both
 * stopped, nothing else changed. Used by one thread.
 */
public interface TranscriptFloor extends AutoCloseable {
    /** Runs one line on the host by a shell, with nothing on standard input. */
    CommandResult shell(String line);

    /** Starts a process on the host that lives until it is ended, and returns its id. */
    long startProcess(String cmdline);

    void endProcess(long pid);

    /** The init of the CT does not hear the next {@code halt}. */
    void makeDeaf(int ctid);

    /** Takes away everything that shows that the kernel can load modules. */
    void withoutModules();

    @Override
    void close();
}
