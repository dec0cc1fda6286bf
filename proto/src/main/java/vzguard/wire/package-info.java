/** What holds for every message of the contract, whatever it says. */
@NullMarked
package vzguard.wire;

import org.jspecify.annotations.NullMarked;
