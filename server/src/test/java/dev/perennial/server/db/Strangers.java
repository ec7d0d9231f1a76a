package dev.perennial.server.db;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Another user of the machine, who speaks PostgreSQL's protocol just far enough to be let in or not. */
public final class Strangers {
    /** A file of its own, run from source: the user may read neither our classes nor our libraries. */
    public static final String PROGRAM = """
            import java.io.*;
            import java.net.*;
            import java.nio.*;
            import java.nio.channels.*;
            import java.nio.charset.StandardCharsets;

            class Stranger {
                public static void main(String[] arguments) throws Exception {
                    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(arguments[0]))) {
                        byte[] names = "user\\0perennial\\0database\\0perennial\\0\\0".getBytes(StandardCharsets.UTF_8);
                        ByteBuffer startup = ByteBuffer.allocate(8 + names.length);
                        startup.putInt(8 + names.length).putInt(196608).put(names).flip();
                        channel.write(startup);
                        ByteBuffer answer = ByteBuffer.allocate(4096);
                        while (channel.read(answer) > 0) {}
                        System.out.println(new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8));
                    } catch (IOException e) {
                        System.out.println(e);
                    }
                }
            }
            """;

    private Strangers() {}

    /** What the user "nobody" is answered at the socket. */
    public static String connect(Path program, Path socket) throws Exception {
        Process process = new ProcessBuilder(
                        "setpriv",
                        "--reuid=65534",
                        "--regid=65534",
                        "--clear-groups",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        program.toString(),
                        socket.toString())
                .directory(Path.of("/").toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
