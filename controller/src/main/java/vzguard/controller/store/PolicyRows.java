package vzguard.controller.store;

import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;
import org.jspecify.annotations.Nullable;

/** Tables {@code policies} and {@code policy_revisions}. Revisions are never changed and never removed. */
public final class PolicyRows {
    private PolicyRows() {}

    /**
     * @param text as the operator wrote it
     * @param spec PolicySpec
     */
    public record Revision(String name, long revision, String text, byte[] spec, long createdAt, String createdBy) {}

    /**
     * @param deletedAt absent while the policy is wanted
     * @param enforced revision that new hosts and VEs are brought to; 0: none
     */
    public record Head(String name, long latest, @Nullable Long deletedAt, long enforced) {}

    public static List<Head> heads(Handle sql) {
        return sql.createQuery("select * from policies")
                .map(ConstructorMapper.of(Head.class))
                .list();
    }

    /** All revisions, oldest first within a policy. */
    public static List<Revision> revisions(Handle sql) {
        return sql.createQuery("select * from policy_revisions order by name, revision")
                .map(ConstructorMapper.of(Revision.class))
                .list();
    }

    /** Adds a revision and makes it the latest; a deleted policy is wanted again. */
    public static void add(Handle sql, Revision revision) {
        sql.createUpdate("insert into policies (name, latest, deleted_at) values (:name, :latest, null)"
                        + " on conflict (name) do update set latest = excluded.latest, deleted_at = null")
                .bind("name", revision.name())
                .bind("latest", revision.revision())
                .execute();
        sql.createUpdate("insert into policy_revisions (name, revision, text, spec, created_at, created_by)"
                        + " values (:name, :revision, :text, :spec, :createdAt, :createdBy)")
                .bindMethods(revision)
                .execute();
    }

    public static void delete(Handle sql, String name, long at) {
        sql.createUpdate("update policies set deleted_at = :at, enforced = 0 where name = :name")
                .bind("name", name)
                .bind("at", at)
                .execute();
    }

    public static void enforce(Handle sql, String name, long revision) {
        sql.createUpdate("update policies set enforced = :revision where name = :name")
                .bind("name", name)
                .bind("revision", revision)
                .execute();
    }
}
