/** What must hold whatever dies and whenever: on simulated hosts, in one process. */
@NullMarked
package vzguard.it.faults;

import org.jspecify.annotations.NullMarked;
