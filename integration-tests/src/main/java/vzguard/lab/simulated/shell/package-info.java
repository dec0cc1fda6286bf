/**
 * The userland of a simulated place: a small POSIX shell and the few programs that scripts in a VE may use. What it does not
 * know it refuses by name, as a shell refuses a program that is not there.
 */
@NullMarked
package vzguard.lab.simulated.shell;

import org.jspecify.annotations.NullMarked;
