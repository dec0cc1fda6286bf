@NullMarked
package vzguard.controller.outside;

import org.jspecify.annotations.NullMarked;
