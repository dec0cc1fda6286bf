/** What differs between generations of OpenVZ, each detected once: vzctl, kernels, iptables, names of modules. Pure tables. */
@NullMarked
package vzguard.agent.dialect;

import org.jspecify.annotations.NullMarked;
