package vzguard.controller.store;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** Table {@code tokens}. */
public final class TokenRows {
    private TokenRows() {}

    /**
     * @param secretHash hex SHA-256
     * @param role {@code agent} or {@code operator}
     */
    public record Row(String tokenId, String secretHash, String role, int usesLeft, long createdAt, long expiresAt) {}

    public static void insert(Handle sql, Row row) {
        sql.createUpdate("insert into tokens (token_id, secret_hash, role, uses_left, created_at, expires_at)"
                        + " values (:tokenId, :secretHash, :role, :usesLeft, :createdAt, :expiresAt)")
                .bindMethods(row)
                .execute();
    }

    public static Optional<Row> find(Handle sql, String tokenId) {
        return sql.createQuery("select * from tokens where token_id = :id")
                .bind("id", tokenId)
                .map(ConstructorMapper.of(Row.class))
                .findOne();
    }

    /** One use less; false when none is left or the token has expired. */
    public static boolean takeUse(Handle sql, String tokenId, long now) {
        return sql.createUpdate("update tokens set uses_left = uses_left - 1"
                                + " where token_id = :id and uses_left > 0 and expires_at > :now")
                        .bind("id", tokenId)
                        .bind("now", now)
                        .execute()
                == 1;
    }

    public static List<Row> good(Handle sql, long now) {
        return sql.createQuery("select * from tokens where uses_left > 0 and expires_at > :now"
                        + " order by created_at, token_id")
                .bind("now", now)
                .map(ConstructorMapper.of(Row.class))
                .list();
    }
}
