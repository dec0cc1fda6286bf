/**
 * The netfilter of one simulated place: tables, xt_recent lists, the way of a packet through them, and the programs of
 * iptables 1.8.9 (legacy) with their messages.
 */
@NullMarked
package vzguard.lab.simulated.netfilter;

import org.jspecify.annotations.NullMarked;
