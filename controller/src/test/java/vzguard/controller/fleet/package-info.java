@NullMarked
package vzguard.controller.fleet;

import org.jspecify.annotations.NullMarked;
