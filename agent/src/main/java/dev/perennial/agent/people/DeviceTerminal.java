package dev.perennial.agent.people;

import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;

/**
 * The terminal that this process belongs to, by its device: it is there also where standard output is piped, which
 * {@link System#console} of JDK 17 takes for no terminal at all.
 */
final class DeviceTerminal implements Terminal {
    private static final String DEVICE = "/dev/tty";

    private final Charset charset;

    DeviceTerminal(Charset charset) {
        this.charset = charset;
    }

    @Override
    public boolean isThere() {
        // The device is on every system; only a process with a terminal can open it.
        try {
            new FileInputStream(DEVICE).close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public String ask(String question) throws IOException {
        try (OutputStream out = new FileOutputStream(DEVICE);
                InputStream in = new FileInputStream(DEVICE)) {
            out.write(question.getBytes(charset));
            return line(in);
        }
    }

    /** Byte by byte, since what is typed beyond this line answers the next question. */
    private String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.write(next);
        }
        return line.toString(charset).strip();
    }
}
