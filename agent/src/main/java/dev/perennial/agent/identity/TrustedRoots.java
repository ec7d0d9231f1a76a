package dev.perennial.agent.identity;

import dev.perennial.agent.state.DurableFiles;
import dev.perennial.agent.x509.Certificates;
import dev.perennial.model.RootCertificatesJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The roots that the server published, by number; the number only grows and the set is never empty. */
public final class TrustedRoots {
    private static final Pattern FILE = Pattern.compile("gen-(\\d+)\\.pem");

    private final Path directory;
    private final Path link;

    public TrustedRoots(Path directory) {
        this.directory = directory;
        this.link = directory.resolve("current");
    }

    public List<X509Certificate> read() throws IOException {
        if (!Files.exists(link)) {
            throw new IOException("there are no trusted roots in " + directory + ": enrol first");
        }
        try {
            return Certificates.parse(Files.readString(link));
        } catch (CertificateException e) {
            throw new IOException("the trusted roots in " + link + " are damaged: " + e.getMessage(), e);
        }
    }

    /** Remembers the fingerprint that the first contact was verified with. */
    public void pin(String sha256) throws IOException {
        DurableFiles.replace(
                directory.resolve("pin"), (sha256 + "\n").getBytes(StandardCharsets.US_ASCII), "rw-r--r--");
    }

    /** Takes a set over if its number is above the stored one; says whether it did. */
    public boolean update(RootCertificatesJson published) throws IOException {
        if (published.publication() <= publication()) {
            return false;
        }
        write(published.publication(), certificates(published));
        return true;
    }

    /** Starts anew from a pinned root and what a server verified with it published. */
    public void begin(X509Certificate pinned, RootCertificatesJson published) throws IOException {
        List<X509Certificate> roots = certificates(published);
        if (!roots.contains(pinned)) {
            roots.add(pinned);
        }
        write(published.publication(), roots);
    }

    /** The number of the set in use; -1 where there is none. */
    public long publication() throws IOException {
        if (!Files.isSymbolicLink(link)) {
            return -1;
        }
        Matcher matcher = FILE.matcher(Files.readSymbolicLink(link).toString());
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
    }

    private void write(long publication, List<X509Certificate> roots) throws IOException {
        if (roots.isEmpty()) {
            throw new IOException("the server publishes no root certificate: the trusted ones stay");
        }
        Path file = directory.resolve(String.format("gen-%04d.pem", publication));
        try {
            DurableFiles.replace(file, Certificates.toPem(roots).getBytes(StandardCharsets.US_ASCII), "rw-r--r--");
        } catch (CertificateException e) {
            throw new IOException(e);
        }
        DurableFiles.flip(link, file.getFileName());
    }

    private static List<X509Certificate> certificates(RootCertificatesJson published) throws IOException {
        List<X509Certificate> roots = new ArrayList<>();
        try {
            for (RootCertificatesJson.Root root : published.rootCertificates()) {
                roots.addAll(Certificates.parse(root.spec().certificate()));
            }
        } catch (CertificateException e) {
            throw new IOException("the server publishes a root that cannot be read: " + e.getMessage(), e);
        }
        return roots;
    }
}
