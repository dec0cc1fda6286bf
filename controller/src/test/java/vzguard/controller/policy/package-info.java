@NullMarked
package vzguard.controller.policy;

import org.jspecify.annotations.NullMarked;
