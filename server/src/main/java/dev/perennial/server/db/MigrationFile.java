package dev.perennial.server.db;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One numbered file of SQL, {@code V<N>__name.sql}, never edited once released. */
record MigrationFile(int version, String name, String sql, String sha256) {
    private static final Pattern FILE_NAME = Pattern.compile("V([0-9]{1,6})__([a-z0-9_]+)\\.sql");

    /** All files of a folder of the class path, by number; other files are an error, for one of them is a typing slip. */
    static List<MigrationFile> readAll(String folder) {
        URL location = MigrationFile.class.getResource(folder);
        if (location == null) {
            throw new DatabaseSetupException("The class path holds no folder " + folder);
        }
        try {
            return read(location.toURI(), folder);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<MigrationFile> read(URI location, String folder) throws IOException {
        if (!"jar".equals(location.getScheme())) {
            return read(Path.of(location));
        }
        // By path, not by URI: the latter would share one file system with whoever else opens this jar.
        String entry = location.getRawSchemeSpecificPart();
        Path jar = Path.of(URI.create(entry.substring(0, entry.lastIndexOf("!/"))));
        try (FileSystem contents = FileSystems.newFileSystem(jar, Map.of())) {
            return read(contents.getPath(folder));
        }
    }

    private static List<MigrationFile> read(Path folder) throws IOException {
        List<MigrationFile> files;
        try (Stream<Path> entries = Files.list(folder)) {
            files = entries.map(MigrationFile::of)
                    .sorted(Comparator.comparingInt(MigrationFile::version))
                    .toList();
        }
        Set<Integer> versions = new HashSet<>();
        for (MigrationFile file : files) {
            if (!versions.add(file.version())) {
                throw new DatabaseSetupException("Two schema steps have the number " + file.version());
            }
        }
        if (files.isEmpty()) {
            throw new DatabaseSetupException("There are no schema steps in " + folder);
        }
        return files;
    }

    private static MigrationFile of(Path path) {
        Matcher matcher = FILE_NAME.matcher(path.getFileName().toString());
        if (!matcher.matches()) {
            throw new DatabaseSetupException(path + " is not named V<N>__name.sql");
        }
        try {
            String sql = Files.readString(path, StandardCharsets.UTF_8);
            return new MigrationFile(Integer.parseInt(matcher.group(1)), matcher.group(2), sql, sha256(sql));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
