/** Brings newcomers to the policies that the fleet was brought to, with nobody typing anything. */
@NullMarked
package vzguard.controller.enforcement;

import org.jspecify.annotations.NullMarked;
