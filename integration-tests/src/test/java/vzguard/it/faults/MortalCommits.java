package vzguard.it.faults;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import vzguard.controller.store.Database;

/**
 * Stands before the connection of a controller's database and ends the controller's only writer right before or right after a
 * chosen commit: nothing that follows it is done, as with {@code kill -9}. Commits that wrote nothing are not counted. Safe for
 * use by several threads.
 */
final class MortalCommits {
    /** Where, seen from one commit, the controller dies. */
    enum Moment {
        BEFORE,
        AFTER
    }

    private int left = Integer.MAX_VALUE;
    private Moment moment = Moment.AFTER;
    private CompletableFuture<Void> dead = new CompletableFuture<>();

    /** To be given to a controller. */
    Database open(Path file) {
        return Database.open(file, this::before);
    }

    /**
     * From now on so many commits are made, and the next one is the last.
     *
     * @return completes when the writer stands still
     */
    synchronized CompletableFuture<Void> dieAt(int commit, Moment at) {
        left = commit;
        moment = at;
        dead = new CompletableFuture<>();
        return dead;
    }

    /** Lives on for good. */
    synchronized void spare() {
        left = Integer.MAX_VALUE;
    }

    private Connection before(Connection real) {
        return (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, new Commits(real)::invoke);
    }

    private synchronized boolean isLast() {
        if (left == Integer.MAX_VALUE) {
            return false;
        }
        left--;
        return left < 0;
    }

    /** One connection, used by the writer's thread. */
    private final class Commits {
        private final Connection real;
        private long changesBefore;
        private boolean over;

        Commits(Connection real) {
            this.real = real;
        }

        private Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
            if (over && !method.getName().equals("close")) {
                throw new SQLException("nobody is there any more");
            }
            if (method.getName().equals("commit") && wroteSomething() && isLast()) {
                over = true;
                if (moment == Moment.AFTER) {
                    real.commit();
                }
                Thread.currentThread().setUncaughtExceptionHandler((thread, crash) -> dead.complete(null));
                throw new Crash(moment + " a commit");
            }
            try {
                return method.invoke(real, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }

        private boolean wroteSomething() throws SQLException {
            try (var statement = real.createStatement();
                    var rows = statement.executeQuery("select total_changes()")) {
                long changes = rows.getLong(1);
                boolean wrote = changes != changesBefore;
                changesBefore = changes;
                return wrote;
            }
        }
    }
}
