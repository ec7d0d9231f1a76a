package dev.perennial.agent.people;

import dev.perennial.agent.config.ConfigException;
import dev.perennial.agent.config.GivenFile;
import dev.perennial.agent.daemon.Reply;
import dev.perennial.agent.json.JsonTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** CAs. */
@Command(name = "authorities", description = "List CAs, or make, import, enable and disable one.")
final class AuthorityCommands {
    private static final String PATH = "/v1/certificate_authorities";

    /** More than the server takes. */
    private static final int LONGEST_PKCS12 = 1 << 20;

    private final Session session;

    AuthorityCommands(Session session) {
        this.session = session;
    }

    @Command(description = "List the CAs of one's organisation and of the installation.")
    int list(@Mixin Listing listing, @Mixin OrganisationFilter organisation) throws Exception {
        Table table = new Table("ID", "NAME", "TYPE", "STATE", "KEY", "ORGANISATION", "EXPIRES", "CUTS SHORT");
        return listing.show(
                session,
                Listing.Source.whole(
                        organisation.addTo(new Query(PATH)), "certificate_authorities", "certificate authorities"),
                table,
                authority -> table.row(
                        authority.text("/metadata/id"),
                        authority.text("/spec/name"),
                        authority.text("/spec/type"),
                        authority.text("/status/state"),
                        authority.text("/spec/key"),
                        authority.at("/spec/org_id").isThere() ? authority.text("/spec/org_id") : "(all)",
                        session.times().brief(authority.text("/status/not_after")),
                        session.times().brief(authority.text("/status/cuts_short_from"))));
    }

    private Details details(JsonTree authority) {
        Details details = new Details()
                .add("authority", authority.text("/metadata/id"))
                .add("name", authority.text("/spec/name"))
                .add("subject", authority.text("/status/subject"))
                .add("organisation", authority.at("/spec/org_id").isThere() ? authority.text("/spec/org_id") : "(all)")
                .add("type", authority.text("/spec/type"))
                .add("state", authority.text("/status/state"))
                .add("key", authority.text("/spec/key"))
                .add("issuer", authority.text("/spec/issuer_id"))
                .add("path length", authority.text("/spec/path_length"))
                .addAll(
                        "permitted",
                        authority.at("/spec/name_constraints/permitted").texts())
                .addAll(
                        "excluded",
                        authority.at("/spec/name_constraints/excluded").texts())
                .add("serial", authority.text("/status/serial_number"))
                .add("SHA-256", authority.text("/status/sha256"));
        for (String time : List.of("not_before", "not_after", "cuts_short_from")) {
            if (authority.at("/status/" + time).isThere()) {
                details.add(time.replace('_', ' '), session.times().of(authority.text("/status/" + time)));
            }
        }
        return details;
    }

    private int shown(JsonTree authority) {
        session.dialogue().show(authority, this::details);
        if (authority.text("/status/state").equals("pending")) {
            String id = Visible.of(authority.text("/metadata/id"));
            session.dialogue()
                    .note("It waits for its certificate: 'authorities csr " + id + "' prints what to have signed, and"
                            + " 'authorities certificate " + id + " FILE' sends what comes of it.");
        }
        return Reply.WELL;
    }

    @Command(description = "Show one in full.")
    int show(@Parameters(paramLabel = "ID", description = "The CA's.") String id) throws Exception {
        return shown(session.get(PATH + "/" + Session.id(id)));
    }

    @Command(
            description = "Make a CA: a root, one below a CA of ours, or one that is signed elsewhere.",
            footer = {
                "",
                "  perennial admin authorities create 'Shop Root' --type root --organization Shop",
                "  perennial admin authorities create 'Shop CA' --type intermediate --issuer ID --permit"
                        + " dns:shop.example.com",
                "  perennial admin authorities create 'Shop CA' --type intermediate   # signed by an offline root"
            })
    int create(
            @Parameters(paramLabel = "NAME", description = "The common name of its subject.") String name,
            @Mixin AuthorityOptions options,
            @Mixin AuthorityOwner owner)
            throws Exception {
        Map<String, Object> spec = options.spec(name);
        owner.addTo(spec, session);
        return shown(session.post(PATH, Map.of("spec", spec)));
    }

    @Command(
            name = "import",
            description = {
                "Import a CA that was made elsewhere, key and all.",
                "The certificates are the CA's own first, then all that leads to its root."
            },
            footer = {
                "",
                "  perennial admin authorities import --certificate ca.pem --certificate root.pem --key ca.key",
                "  perennial admin authorities import --pkcs12 ca.p12 --password-file ca.pass"
            })
    int take(
            @Option(names = "--certificate", paramLabel = "FILE", description = "Certificates in PEM; may be repeated.")
                    @Nullable
                    List<Path> certificates,
            @Option(names = "--key", paramLabel = "FILE", description = "Its private key, PKCS#8 in PEM.") @Nullable
                    Path key,
            @Option(names = "--pkcs12", paramLabel = "FILE", description = "Instead of both.") @Nullable Path pkcs12,
            @Option(
                            names = "--password-file",
                            paramLabel = "FILE",
                            description = "The password of the key or the PKCS#12; - for standard input.")
                    @Nullable
                    String passwordFile,
            @Mixin AuthorityOwner owner)
            throws Exception {
        if ((pkcs12 == null) == (certificates == null || key == null)) {
            throw new ConfigException("say --certificate and --key, or --pkcs12");
        }
        Map<String, Object> spec = new HashMap<>();
        if (pkcs12 != null) {
            spec.put("pkcs12", base64(pkcs12));
            spec.put("password", session.secrets().password(passwordFile, "--password-file", "Password of " + pkcs12));
        } else if (certificates != null && key != null) {
            spec.put("certificate", pem(certificates));
            String pem = GivenFile.pem(key);
            spec.put("private_key", pem);
            if (pem.contains("ENCRYPTED") || passwordFile != null) {
                spec.put("password", session.secrets().password(passwordFile, "--password-file", "Password of " + key));
            }
        }
        owner.addTo(spec, session);
        return shown(session.post(PATH, Map.of("spec", spec)));
    }

    private static String pem(List<Path> files) throws ConfigException {
        StringBuilder pem = new StringBuilder();
        for (Path file : files) {
            pem.append(GivenFile.pem(file)).append('\n');
        }
        return pem.toString();
    }

    private static String base64(Path file) throws ConfigException {
        try (var in = Files.newInputStream(file)) {
            return Base64.getEncoder().encodeToString(in.readNBytes(LONGEST_PKCS12));
        } catch (IOException e) {
            throw GivenFile.wrong(file, e);
        }
    }

    @Command(description = "Print the PKCS#10 that the certificate of one is asked for by elsewhere.")
    int csr(@Parameters(paramLabel = "ID", description = "The CA's.") String id) throws Exception {
        JsonTree authority = session.get(PATH + "/" + Session.id(id));
        String request = authority.text("/status/certificate_signing_request");
        if (request.isEmpty()) {
            throw new ConfigException("the certificate of " + id + " was not made elsewhere");
        }
        session.dialogue().done(authority, request.strip());
        return Reply.WELL;
    }

    @Command(description = "Send the certificate that was made elsewhere, and all that leads to its root.")
    int certificate(
            @Parameters(index = "0", paramLabel = "ID", description = "The CA's.") String id,
            @Parameters(
                            index = "1..*",
                            arity = "1..*",
                            paramLabel = "FILE",
                            description = "Certificates in PEM, the CA's own first, the root last.")
                    List<Path> files)
            throws Exception {
        return shown(session.post(
                PATH + "/" + Session.id(id) + "/certificate", Map.of("spec", Map.of("certificate", pem(files)))));
    }

    @Command(description = "Let a CA sign certificates again.")
    int enable(@Parameters(paramLabel = "ID", description = "The CA's.") String id) throws Exception {
        return shown(session.post(PATH + "/" + Session.id(id) + "/enable", Map.of()));
    }

    @Command(description = "Let a CA sign no more certificates, until it is enabled again.")
    int disable(@Parameters(paramLabel = "ID", description = "The CA's.") String id, @Mixin Consent consent)
            throws Exception {
        String path = PATH + "/" + Session.id(id);
        session.dialogue().present(details(session.get(path)), consent.isGiven());
        session.dialogue()
                .confirm(consent.isGiven(), "Disable it? Its signers issue and renew nothing until it is enabled.");
        return shown(session.post(path + "/disable", Map.of()));
    }

    @Command(description = "Drop a CA whose certificate never came, and its key.")
    int delete(@Parameters(paramLabel = "ID", description = "The CA's.") String id, @Mixin Consent consent)
            throws Exception {
        String path = PATH + "/" + Session.id(id);
        session.dialogue().confirm(consent.isGiven(), "Drop the CA " + id + " and its key?");
        session.delete(path);
        session.dialogue().deleted("certificate authority", id);
        return Reply.WELL;
    }
}
