package dev.perennial.agent;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/** One line a record on stderr; a stderr that is full or closed stops nothing. */
final class LogLines extends Formatter {

    /** Replaces the JDK's two-line console log. */
    static void install() {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.addHandler(new StreamHandler(System.err, new LogLines()) {
            @Override
            public synchronized void publish(LogRecord line) {
                super.publish(line);
                flush();
            }
        });
        root.setLevel(Level.INFO);
    }

    @Override
    public String format(LogRecord line) {
        String text = line.getInstant() + " " + line.getLevel() + " " + formatMessage(line) + "\n";
        if (line.getThrown() == null) {
            return text;
        }
        StringWriter trace = new StringWriter();
        line.getThrown().printStackTrace(new PrintWriter(trace, true));
        return text + trace;
    }
}
