package vzguard.lab.model;

/** How far a VE's init is. */
public enum VeState {
    DOWN,
    RUNNING,
    /** Init is on its way down: vzctl still says running, but nothing can enter any more. */
    ENDING
}
