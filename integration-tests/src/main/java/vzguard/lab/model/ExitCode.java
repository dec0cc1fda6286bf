package vzguard.lab.model;

/** Exit codes of vzctl 4.11.1 that the model uses. */
final class ExitCode {
    static final int OK = 0;
    static final int EXEC_RACE = 4;
    static final int EXEC_FAILED = 8;
    static final int LOCKED = 9;
    static final int NO_GLOBAL_CONFIG = 10;
    static final int NO_VE_CONFIG = 14;
    static final int SUSPEND_FAILED = 16;
    static final int USAGE = 20;
    static final int INVALID_PARAMETER = 21;
    static final int NOT_RUNNING = 31;
    static final int RUNNING = 32;
    static final int STOP_FAILED = 33;
    static final int NOT_MOUNTED = 40;
    static final int NO_PRIVATE_AREA = 43;
    static final int PRIVATE_AREA_EXISTS = 44;
    static final int NO_TEMPLATE = 91;
    static final int DISABLED = 105;
    static final int NAME_TAKEN = 131;
    static final int KILLED = 137;

    private ExitCode() {}
}
