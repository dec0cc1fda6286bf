package vzguard.agent.apply;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import vzguard.agent.guard.UndoText;
import vzguard.agent.model.Place;
import vzguard.values.Ctid;

/**
 * A guard write that waits for its confirmation, as it stands in its file: some lines about it, which {@link
 * UndoText#TAKE_BACK} passes over, before the lines that undo it.
 *
 * @param until when it is taken back
 * @param bootId of the host when it was written
 * @param peers "ADDRESS PORT" of who was connected to the guarded ports before; none where nobody is asked
 * @param undo as {@link UndoText} makes it
 */
public record PendingUndo(Place place, Instant until, String bootId, List<String> peers, String undo) {
    private static final String PLACE = "#place ";
    private static final String EDGE = "edge ";
    private static final String UNTIL = "#until ";
    private static final String BOOT = "#boot ";
    private static final String PEER = "#peer ";

    public PendingUndo {
        peers = List.copyOf(peers);
    }

    String text() {
        StringBuilder text = new StringBuilder()
                .append(PLACE + (place.edge() ? EDGE : "")
                        + place.ctid().map(Ctid::text).orElse("") + "\n")
                .append(UNTIL + until.getEpochSecond() + "\n")
                .append(BOOT + bootId + "\n");
        peers.forEach(peer -> text.append(PEER).append(peer).append('\n'));
        return text + undo;
    }

    /** @throws IllegalArgumentException when it is none */
    static PendingUndo parse(String text) {
        Place place = Place.HOST;
        Instant until = Instant.EPOCH;
        String bootId = "";
        List<String> peers = new ArrayList<>();
        StringBuilder undo = new StringBuilder();
        for (String line : text.lines().toList()) {
            if (line.startsWith(PLACE)) {
                String ctid = line.substring(PLACE.length());
                place = ctid.isEmpty()
                        ? Place.HOST
                        : ctid.startsWith(EDGE)
                                ? Place.edge(new Ctid(ctid.substring(EDGE.length())))
                                : Place.of(new Ctid(ctid));
            } else if (line.startsWith(UNTIL)) {
                until = Instant.ofEpochSecond(Long.parseLong(line.substring(UNTIL.length())));
            } else if (line.startsWith(BOOT)) {
                bootId = line.substring(BOOT.length());
            } else if (line.startsWith(PEER)) {
                peers.add(line.substring(PEER.length()));
            } else {
                undo.append(line).append('\n');
            }
        }
        return new PendingUndo(place, until, bootId, peers, undo.toString());
    }
}
