@NullMarked
package vzguard.controller.store;

import org.jspecify.annotations.NullMarked;
