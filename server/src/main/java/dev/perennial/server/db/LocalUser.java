package dev.perennial.server.db;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * As whom PostgreSQL sees itself and its peers. It refuses to run as root; for root it runs in a user namespace in which
 * root's id has another number. Outside, its files stay root's, and no other user of the machine gains access.
 *
 * @param name as in {@code /etc/passwd}, which {@code initdb} insists on
 * @param prefix what a command is started through, empty where it is started as it is
 */
record LocalUser(String name, List<String> prefix) {
    private static final int ROOT = 0;

    /** Whoever is not mapped into a namespace appears in it as this one, which must therefore not be let in. */
    private static final int NOBODY = 65_534;

    static LocalUser current() throws IOException {
        int id = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        for (String line : Files.readAllLines(Path.of("/etc/passwd"), StandardCharsets.ISO_8859_1)) {
            String[] fields = line.split(":", -1);
            if (fields.length < 4 || !fields[2].matches("[0-9]{1,9}")) {
                continue;
            }
            int candidate = Integer.parseInt(fields[2]);
            if (id != ROOT && candidate == id) {
                return new LocalUser(fields[0], List.of());
            }
            if (id == ROOT && candidate != ROOT && candidate != NOBODY) {
                return new LocalUser(fields[0], inNamespace(candidate));
            }
        }
        throw new DatabaseSetupException("The embedded database cannot run as user " + id
                + ", for /etc/passwd does not name it: run the server as a named user, or use --database");
    }

    private static List<String> inNamespace(int id) {
        return List.of("unshare", "--user", "--map-user=" + id, "--map-group=" + id, "--");
    }
}
