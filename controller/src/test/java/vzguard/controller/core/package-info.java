@NullMarked
package vzguard.controller.core;

import org.jspecify.annotations.NullMarked;
