package dev.perennial.server.testing;

import java.util.List;

/**
 * A moment in a transaction.
 *
 * @param statements those that it has come to, first to last; the moment is at the last of them
 */
public record Moment(List<String> statements, When when) {

    /** Seen from a statement. */
    public enum When {
        /** It was sent, and the database does not get it. */
        BEFORE,
        /** The database has done it, and whoever sent it is not told. */
        DONE,
        /** The answer to it was passed on just now. */
        TOLD
    }

    /** Before or after the statement of that number, counted from 0. */
    public static Moment at(List<String> transaction, int number, When when) {
        return new Moment(List.copyOf(transaction.subList(0, number + 1)), when);
    }

    /** For people: the beginning of the statement, and when. */
    @Override
    public String toString() {
        String sql = statements.get(statements.size() - 1).replaceAll("\\s+", " ");
        return when + " " + statements.size() + ". " + sql.substring(0, Math.min(60, sql.length()));
    }
}
