/** Who may speak: certificate authority, enrolment tokens, roles, and the check of every call. */
@NullMarked
package vzguard.controller.identity;

import org.jspecify.annotations.NullMarked;
