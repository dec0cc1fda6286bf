/** Who changed what, and when; append only. */
@NullMarked
package vzguard.controller.audit;

import org.jspecify.annotations.NullMarked;
