/**
 * One OpenVZ host as its administrator meets it: {@code vzctl} and {@code vzlist} 4.11.1, {@code lsmod}, {@code modprobe}
 * and the boot order, over {@link vzguard.lab.model.Floor}, the seam to the machine below. The real lab and the simulated
 * lab each bring a floor; nothing here knows which one it stands on. Texts, streams and exit codes are those observed with
 * vzctl 4.11.1; the rules about modules and masks are those of kernel 2.6.32-042stab061. {@link vzguard.lab.model.Generation}
 * says what is otherwise in other generations of OpenVZ.
 */
@NullMarked
package vzguard.lab.model;

import org.jspecify.annotations.NullMarked;
