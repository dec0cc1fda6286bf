@NullMarked
package vzguard.controller.rollout;

import org.jspecify.annotations.NullMarked;
