/**
 * The simulated lab: a process of its user that holds a fleet in memory, with real controller and agents. What the real lab is
 * in {@code vzguard.lab.real}.
 */
@NullMarked
package vzguard.lab.memory;

import org.jspecify.annotations.NullMarked;
