/** The {@code lab} commands. */
@NullMarked
package vzguard.lab.command;

import org.jspecify.annotations.NullMarked;
