/** A disk in memory that forgets what nobody synced, behind {@code java.nio.file}. */
@NullMarked
package vzguard.it.simulation.disk;

import org.jspecify.annotations.NullMarked;
