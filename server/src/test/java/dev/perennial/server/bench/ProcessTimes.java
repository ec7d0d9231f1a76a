package dev.perennial.server.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** CPU time and memory of processes, from Linux' {@code /proc}; what is in a JVM's heap, from its {@code jcmd}. */
final class ProcessTimes {
    /** USER_HZ, which is 100 wherever Linux runs this. */
    private static final double MICROS_PER_TICK = 10_000;

    /** A line for each space of the heap, whatever the collector. */
    private static final Pattern HEAP = Pattern.compile("total \\d+K, used (\\d+)K");

    private ProcessTimes() {}

    /** User and system time of the process and of its children that have ended, in microseconds. */
    static double micros(long pid) {
        String[] fields = stat(pid);
        return fields.length == 0
                ? 0
                : (Long.parseLong(fields[11])
                                + Long.parseLong(fields[12])
                                + Long.parseLong(fields[13])
                                + Long.parseLong(fields[14]))
                        * MICROS_PER_TICK;
    }

    /** User and system time of the children of the process that have ended, in microseconds. */
    static double endedChildrenMicros(long pid) {
        String[] fields = stat(pid);
        return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) * MICROS_PER_TICK;
    }

    /** As {@link #micros}, of the process and all that descend from it. */
    static double treeMicros(long root) {
        return tree(root).stream().mapToDouble(ProcessTimes::micros).sum();
    }

    /** Resident memory in KiB. */
    static long residentKib(long pid) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    /** What a JVM has in its heap after a full collection, in KiB. */
    static long heapKib(long pid) throws IOException, InterruptedException {
        jcmd(pid, "GC.run");
        return HEAP.matcher(jcmd(pid, "GC.heap_info"))
                .results()
                .mapToLong(space -> Long.parseLong(space.group(1)))
                .sum();
    }

    private static String jcmd(long pid, String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("jcmd " + command + ": " + said);
        }
        return said;
    }

    private static List<Long> tree(long root) {
        Map<Long, List<Long>> children = new HashMap<>();
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.matches("[0-9]+"))
                    .map(Long::parseLong)
                    .forEach(pid -> {
                        String[] fields = stat(pid);
                        if (fields.length > 0) {
                            children.computeIfAbsent(Long.parseLong(fields[1]), parent -> new ArrayList<>())
                                    .add(pid);
                        }
                    });
        } catch (IOException e) {
            return List.of(root);
        }
        List<Long> all = new ArrayList<>(List.of(root));
        for (int i = 0; i < all.size(); i++) {
            all.addAll(children.getOrDefault(all.get(i), List.of()));
        }
        return all;
    }

    /** The fields after the name, from the state on; empty where the process is gone. */
    private static String[] stat(long pid) {
        try {
            String line = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return line.substring(line.lastIndexOf(')') + 2).split(" ");
        } catch (IOException e) {
            return new String[0];
        }
    }
}
