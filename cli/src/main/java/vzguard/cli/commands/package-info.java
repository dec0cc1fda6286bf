/** One class per word of the command line: reads the arguments, calls the controller, prints what render makes of it. */
@NullMarked
package vzguard.cli.commands;

import org.jspecify.annotations.NullMarked;
