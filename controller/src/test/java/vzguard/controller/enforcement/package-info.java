/** Tests of enforcement's decisions. */
@NullMarked
package vzguard.controller.enforcement;

import org.jspecify.annotations.NullMarked;
