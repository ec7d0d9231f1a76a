package dev.perennial.agent.install;

import dev.perennial.agent.state.DurableFiles;
import dev.perennial.agent.state.Step;
import dev.perennial.agent.x509.IssuedChain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The directory that consumers point to. Their names are permanent links through {@code ..live}, the one link that is
 * ever switched, so that key and certificates change together and in the directory that watchers watch.
 */
public final class PublishedDirectory {
    private static final Pattern GENERATION = Pattern.compile("\\.\\.gen-(\\d{1,9})");
    private static final Pattern LEFTOVER =
            Pattern.compile("(\\.\\.gen-\\d+|\\.\\.live|(privkey|cert|chain|fullchain)\\.pem)\\.tmp");
    /** What tries the directory out; the process that does so follows by its id. */
    static final String PROBE = "..probe-";

    private static final Pattern LEFT_PROBE = Pattern.compile("\\.\\.probe-(\\d{1,9})(\\.moved)?\\.tmp");
    private static final String LIVE = "..live";
    /** The live one and those before it, so that open readers and a way back remain. */
    private static final int KEPT = 3;

    private final Path directory;

    public PublishedDirectory(Path directory) {
        this.directory = directory;
    }

    /** Makes the directory where it is missing and takes away what an interrupted run of ours left in it. */
    public void prepare() throws IOException {
        DurableFiles.createDirectories(directory, "rwxr-x---");
        for (Path child : DurableFiles.list(directory)) {
            String name = child.getFileName().toString();
            if (LEFTOVER.matcher(name).matches() || isLeftProbe(name)) {
                DurableFiles.deleteTree(child);
            }
        }
    }

    private static boolean isLeftProbe(String name) {
        Matcher probe = LEFT_PROBE.matcher(name);
        if (!probe.matches()) {
            return false;
        }
        long pid = Long.parseLong(probe.group(1));
        return pid == ProcessHandle.current().pid() || ProcessHandle.of(pid).isEmpty();
    }

    public Path path() {
        return directory;
    }

    /** The number of the live generation; 0 where none is live. */
    public int live() throws IOException {
        Path link = directory.resolve(LIVE);
        if (!Files.isSymbolicLink(link)) {
            return 0;
        }
        Path target = Files.readSymbolicLink(link);
        return target.getNameCount() == 1 ? number(target) : 0;
    }

    /** The numbers of all generations, newest first. */
    public List<Integer> generations() throws IOException {
        List<Integer> numbers = new ArrayList<>();
        for (Path child : DurableFiles.list(directory)) {
            if (number(child) > 0 && Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                numbers.add(number(child));
            }
        }
        numbers.sort(Comparator.reverseOrder());
        return numbers;
    }

    public Path generation(int number) {
        return directory.resolve(String.format("..gen-%06d", number));
    }

    /** Writes a new generation; it is not live yet. */
    public void write(int number, String keyPem, IssuedChain chain, String reason) throws IOException {
        new Generation(generation(number)).write(number, keyPem, chain, reason);
        Step.S9_RENAMED.done();
    }

    /** The manifest of a generation all of whose files are as they were written. */
    public Manifest verify(int number) throws IOException {
        return new Generation(generation(number)).verify();
    }

    /** Whether all files of a generation are as they were written. */
    public boolean isIntact(int number) {
        try {
            verify(number);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The manifest as it stands, whatever happened to the files. */
    public Optional<Manifest> manifest(int number) {
        try {
            return Optional.of(new Generation(generation(number)).manifest());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether a generation gives consumers a key and a certificate that belong together, ours or not. */
    public boolean isPair(int number) {
        try {
            new Generation(generation(number)).verifyPair();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether a generation's key is the one that was written, whatever became of the rest. */
    public boolean hasKey(int number) {
        return new Generation(generation(number)).hasKey();
    }

    /** The certificate that consumers get from a generation; empty where there is none to be read. */
    public Optional<X509Certificate> leaf(int number) {
        try {
            return Optional.of(new Generation(generation(number)).leaf());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** What somebody did to the modes of a generation's files. */
    public List<String> changedModes(Manifest manifest) throws IOException {
        return new Generation(generation(manifest.generation())).changedModes(manifest);
    }

    public String keyPem(int number) throws IOException {
        return new Generation(generation(number)).keyPem();
    }

    /** Makes a generation live by one rename; refuses where that would replace what is not ours. */
    public void flip(int number) throws IOException {
        List<String> foreign = foreign();
        if (!foreign.isEmpty()) {
            throw new IOException(directory + " holds " + foreign + " of somebody else, which is not replaced");
        }
        link(number);
    }

    /** Makes a generation live over whatever stands at our names now: only where a person says so. */
    public void reclaim(int number) throws IOException {
        link(number);
    }

    private void link(int number) throws IOException {
        for (String name : Generation.FILES) {
            if (!isOurs(name)) {
                DurableFiles.flip(directory.resolve(name), Path.of(LIVE, name));
            }
        }
        DurableFiles.flip(directory.resolve(LIVE), generation(number).getFileName());
    }

    /** Names of ours at which something stands that we did not put there; it is never replaced unasked. */
    public List<String> foreign() {
        return Stream.concat(Stream.of(LIVE), Generation.FILES.stream())
                .filter(name -> Files.exists(directory.resolve(name), LinkOption.NOFOLLOW_LINKS) && !isOurs(name))
                .toList();
    }

    public void delete(int number) throws IOException {
        DurableFiles.discard(generation(number));
    }

    /** Deletes old generations, but never the live one, and the one before it only where {@code all}. */
    public void prune(int live, int previous, boolean all) throws IOException {
        int kept = 0;
        for (int number : generations()) {
            boolean needed = number == live || (!all && (number == previous || kept < KEPT));
            if (needed) {
                kept++;
            } else {
                delete(number);
            }
        }
    }

    private boolean isOurs(String name) {
        Path link = directory.resolve(name);
        try {
            if (name.equals(LIVE)) {
                return live() != 0;
            }
            return Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(Path.of(LIVE, name));
        } catch (IOException e) {
            return false;
        }
    }

    private static int number(Path path) {
        Matcher matcher = GENERATION.matcher(path.getFileName().toString());
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }
}
