@NullMarked
package vzguard.controller.identity;

import org.jspecify.annotations.NullMarked;
