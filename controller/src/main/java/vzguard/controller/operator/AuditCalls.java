package vzguard.controller.operator;

import java.time.Instant;
import java.util.List;
import vzguard.controller.audit.Audit;
import vzguard.controller.core.Transaction;
import vzguard.controller.core.WireTime;
import vzguard.v1.AuditEntry;
import vzguard.v1.ListAuditReply;
import vzguard.v1.ListAuditRequest;

/** Who did what. A step of the event loop. */
final class AuditCalls {
    private static final int DEFAULT_SIZE = 500;
    private static final int MAX_SIZE = 5000;

    private AuditCalls() {}

    static ListAuditReply list(Transaction transaction, ListAuditRequest request) {
        int size = request.getPageSize();
        if (size < 0 || size > MAX_SIZE) {
            throw Fault.invalid("page_size " + Integer.toUnsignedString(size) + " (permitted: 0-" + MAX_SIZE + ")");
        }
        int wanted = size == 0 ? DEFAULT_SIZE : size;
        List<Audit.Entry> found = Audit.list(transaction.sql(), before(request.getPageToken()), wanted + 1);
        List<Audit.Entry> page = found.subList(0, Math.min(wanted, found.size()));
        ListAuditReply.Builder reply = ListAuditReply.newBuilder();
        page.forEach(entry -> reply.addEntries(AuditEntry.newBuilder()
                .setNumber(entry.entry())
                .setAt(WireTime.of(Instant.ofEpochMilli(entry.at())))
                .setActor(entry.actor())
                .setAction(entry.action())
                .setDetail(entry.detail())));
        if (found.size() > wanted) {
            reply.setNextPageToken(Long.toString(page.get(wanted - 1).entry()));
        }
        return reply.build();
    }

    private static long before(String token) {
        if (token.isEmpty()) {
            return Long.MAX_VALUE;
        }
        try {
            return Long.parseLong(token);
        } catch (NumberFormatException e) {
            throw Fault.invalid("page_token \"" + token + "\" (permitted: the next_page_token of an answer, or empty)");
        }
    }
}
