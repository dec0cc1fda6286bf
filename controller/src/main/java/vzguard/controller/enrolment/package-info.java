/** Certificates for whoever brings a token. */
@NullMarked
package vzguard.controller.enrolment;

import org.jspecify.annotations.NullMarked;
