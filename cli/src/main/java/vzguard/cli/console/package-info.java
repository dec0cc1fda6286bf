/** The terminal, or the pipes, that a command talks to. */
@NullMarked
package vzguard.cli.console;

import org.jspecify.annotations.NullMarked;
