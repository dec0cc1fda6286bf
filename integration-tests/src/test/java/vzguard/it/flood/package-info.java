/** Guards that are replaced under fire: what real packets and other programs' rules make of it. */
@NullMarked
package vzguard.it.flood;

import org.jspecify.annotations.NullMarked;
