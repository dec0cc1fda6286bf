/** The simulated lab as a user has it: commands in processes of their own, and the server behind them. */
@NullMarked
package vzguard.it.memory;

import org.jspecify.annotations.NullMarked;
