/** The agents' streams and what they report. */
@NullMarked
package vzguard.controller.fleet;

import org.jspecify.annotations.NullMarked;
