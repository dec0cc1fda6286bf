/** The README's section "On your own hosts", done as it is written. */
@NullMarked
package vzguard.it.own;

import org.jspecify.annotations.NullMarked;
