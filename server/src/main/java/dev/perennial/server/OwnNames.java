package dev.perennial.server;

import dev.perennial.server.pkix.Identifier;
import dev.perennial.server.problem.ProblemException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.TreeSet;

/** The names that this server goes by: in its own certificate, and in nobody else's without an exact grant. */
final class OwnNames {
    private OwnNames() {}

    static List<Identifier> of(Settings settings) {
        TreeSet<Identifier> names = new TreeSet<>();
        names.add(Identifier.dns("localhost"));
        names.add(Identifier.ip("127.0.0.1"));
        names.add(Identifier.ip("::1"));
        settings.hostnames().forEach(name -> names.add(parse("hostnames", name)));
        if (settings.publicUrl() != null) {
            names.add(parse("public_url", settings.publicUrl().getHost()));
        }
        try {
            names.add(parse("the host's name", InetAddress.getLocalHost().getHostName()));
        } catch (UnknownHostException | ConfigurationException e) {
            // A host without a name that could stand in a certificate goes by the others.
        }
        return List.copyOf(names);
    }

    private static Identifier parse(String key, String text) {
        try {
            String name = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
            return name.contains(":") || name.matches("[0-9.]+") ? Identifier.ip(name) : Identifier.dns(name);
        } catch (ProblemException e) {
            throw new ConfigurationException(key + ": " + e.detail());
        }
    }
}
