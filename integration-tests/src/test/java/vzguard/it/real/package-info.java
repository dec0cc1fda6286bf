/** The promises of the story, kept on real ground: namespaces, netfilter, sshd, and every part as its own process. */
@NullMarked
package vzguard.it.real;

import org.jspecify.annotations.NullMarked;
