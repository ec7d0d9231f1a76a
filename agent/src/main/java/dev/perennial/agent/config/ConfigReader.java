package dev.perennial.agent.config;

import dev.perennial.agent.key.KeyType;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/** Reads the configuration file whole, or says what is wrong with it and where. */
public final class ConfigReader {
    private static final Path DEFAULT_STATE = Path.of("/var/lib/perennial");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,63}");
    /** A host name in the preferred syntax (RFC 5280 §4.2.1.6), its first label possibly a wildcard (RFC 6125). */
    private static final Pattern DNS = Pattern.compile(
            "(?=.{1,253}$)(\\*\\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?");

    private final Path file;

    private ConfigReader(Path file) {
        this.file = file.toAbsolutePath();
    }

    public static AgentConfig read(Path file) throws ConfigException {
        return new ConfigReader(file).read();
    }

    private AgentConfig read() throws ConfigException {
        YamlMapping top = new YamlMapping(file, "the file", parse());
        String server = top.text("server");
        String state = top.text("state");
        if (!top.has("certificates")) {
            throw top.wrong("key 'certificates' is missing in the file");
        }
        List<CertificateConfig> certificates = new ArrayList<>();
        for (Node node : top.list("certificates")) {
            certificates.add(certificate(new YamlMapping(file, "a certificate", node)));
        }
        top.refuseUnknown();
        refuseTwins(top, certificates);
        return new AgentConfig(
                server == null ? null : serverUrl(server, top),
                state == null ? DEFAULT_STATE : path(state),
                List.copyOf(certificates));
    }

    private CertificateConfig certificate(YamlMapping mapping) throws ConfigException {
        String name = mapping.requiredText("name");
        if (!NAME.matcher(name).matches()) {
            throw mapping.wrong("name '" + name + "' must be letters, digits, '.', '_' and '-', at most 64");
        }
        List<String> names = new ArrayList<>();
        for (String given : mapping.texts("dns")) {
            String dns = given.toLowerCase(Locale.ROOT);
            if (!DNS.matcher(dns).matches() || names.contains(dns)) {
                throw mapping.wrong("'" + given + "' in 'dns' is not a DNS name, or stands there twice");
            }
            names.add(dns);
        }
        if (names.isEmpty()) {
            throw mapping.wrong("key 'dns' of '" + name + "' needs at least one name");
        }
        KeyType keyType = keyType(mapping);
        YamlMapping install = mapping.mapping("install");
        if (install == null) {
            throw mapping.wrong("key 'install' is missing in '" + name + "'");
        }
        Path directory = path(install.requiredText("directory"));
        List<String> formats = install.texts("formats");
        if (install.has("formats") && !formats.equals(List.of("pem"))) {
            throw install.wrong("'formats' must be [pem]");
        }
        install.refuseUnknown();
        List<List<String>> deploy = hooks(mapping.mapping("hooks"));
        mapping.refuseUnknown();
        return new CertificateConfig(name, List.copyOf(names), keyType, directory, deploy);
    }

    private static KeyType keyType(YamlMapping mapping) throws ConfigException {
        String key = mapping.text("key");
        if (key == null) {
            return KeyType.EC_P256;
        }
        String known = Arrays.stream(KeyType.values()).map(KeyType::word).collect(Collectors.joining(", "));
        return KeyType.of(key).orElseThrow(() -> mapping.wrong("key type '" + key + "' is none of " + known));
    }

    private static List<List<String>> hooks(@Nullable YamlMapping hooks) throws ConfigException {
        if (hooks == null) {
            return List.of();
        }
        List<List<String>> deploy = hooks.argvs("deploy");
        hooks.refuseUnknown();
        return deploy;
    }

    private static URI serverUrl(String text, YamlMapping top) throws ConfigException {
        try {
            return ServerUrl.parse(text);
        } catch (ConfigException e) {
            throw top.wrong("key 'server': " + e.getMessage());
        }
    }

    /** Relative paths are relative to the file, not to where the agent was started. */
    private Path path(String text) {
        return file.resolveSibling(text).normalize();
    }

    private static void refuseTwins(YamlMapping top, List<CertificateConfig> certificates) throws ConfigException {
        Set<Object> seen = new HashSet<>();
        for (CertificateConfig certificate : certificates) {
            if (!seen.add(certificate.name())) {
                throw top.wrong("two certificates are called '" + certificate.name() + "'");
            }
            if (!seen.add(certificate.directory())) {
                throw top.wrong("two certificates would be installed in " + certificate.directory());
            }
        }
    }

    private Node parse() throws ConfigException {
        try {
            LoaderOptions options = new LoaderOptions();
            Node node = new Composer(
                            new ParserImpl(new StreamReader(new StringReader(Files.readString(file))), options),
                            new Resolver(),
                            options)
                    .getSingleNode();
            if (node == null) {
                throw new ConfigException(file + ":1: the file is empty");
            }
            return node;
        } catch (NoSuchFileException e) {
            throw new ConfigException(file + ": there is no such file");
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw new ConfigException(file + ":" + line + ": " + e.getProblem());
        } catch (IOException | YAMLException e) {
            throw new ConfigException(file + ": cannot be read: " + e.getMessage());
        }
    }
}
