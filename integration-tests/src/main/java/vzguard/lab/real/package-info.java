/** The real lab: hosts and VEs as namespaces of this machine, with the kernel's own netfilter and a real sshd. Needs root. */
@NullMarked
package vzguard.lab.real;

import org.jspecify.annotations.NullMarked;
