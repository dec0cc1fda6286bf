/**
 * A fleet in memory: hosts of the same model as the real lab's, on an in-memory file system, with their own clocks, rules,
 * lists and packets. Deterministic, unprivileged, any number in one JVM.
 */
@NullMarked
package vzguard.lab.simulated;

import org.jspecify.annotations.NullMarked;
