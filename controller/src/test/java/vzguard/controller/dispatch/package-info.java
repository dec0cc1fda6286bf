@NullMarked
package vzguard.controller.dispatch;

import org.jspecify.annotations.NullMarked;
