/**
 * The client's half of enrolment, shared by agent and CLI: the token, the certificate request, and the trust that a
 * token's pin gives. JDK only; files are the caller's business.
 */
@NullMarked
package vzguard.enrolment;

import org.jspecify.annotations.NullMarked;
