/** Jobs on their way to agents, and their results on the way back. */
@NullMarked
package vzguard.controller.dispatch;

import org.jspecify.annotations.NullMarked;
