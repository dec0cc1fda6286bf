/** How a command ends: exit codes, and failures with what, where, why and what next. */
@NullMarked
package vzguard.cli.outcome;

import org.jspecify.annotations.NullMarked;
