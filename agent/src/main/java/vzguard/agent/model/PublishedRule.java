package vzguard.agent.model;

/**
 * One of the two published rules (field report: {@code --set} and {@code --update --seconds 60 --hitcount 3}, each with
 * {@code -m state --state NEW}) as someone put it into INPUT by hand. Beside the guard each connection would be counted by
 * both, so the guard takes its place, and puts it back when it goes.
 *
 * @param position which rule of INPUT it is, own jumps not counted: 1, 2, ...
 * @param words as iptables printed it
 */
public record PublishedRule(int position, String words) {}
